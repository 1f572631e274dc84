import { describe, expect, it } from 'vitest'
import { settled } from '../__fixtures__/fake-clock.ts'
import { answers } from '../__fixtures__/scripted-transport.ts'
import { TransportError, type TransportResponse } from '../ports/transport.ts'
import { interruptibleChunks, interruptibleResponse } from './interruptible.ts'

const never = new Promise<never>(() => {})

describe('a response', () => {
  it('is what the transport sent', async () => {
    const response = await responseOf(['a'])
    expect(await interruptibleResponse(() => Promise.resolve(response), new AbortController().signal)).toBe(response)
  })

  it('does not come once the signal is aborted, whatever the transport does', async () => {
    const controller = new AbortController()
    const response = interruptibleResponse(() => never, controller.signal)
    controller.abort()
    await expect(response).rejects.toBeInstanceOf(TransportError)
    await expect(interruptibleResponse(() => never, controller.signal)).rejects.toBeInstanceOf(TransportError)
  })

  it('that the transport fails to give after the abort is nobody’s unhandled rejection', async () => {
    const controller = new AbortController()
    const late = Promise.withResolvers<TransportResponse>()
    const response = interruptibleResponse(() => late.promise, controller.signal)
    controller.abort()
    await expect(response).rejects.toBeInstanceOf(TransportError)
    late.reject('not even an error')
    await settled()
  })

  it('keeps the kind of failure that the transport tells, and gives one to what is no failure of transports', async () => {
    const { signal } = new AbortController()
    const known = new TransportError('connect-timeout', '')
    await expect(interruptibleResponse(() => Promise.reject(known), signal)).rejects.toBe(known)
    const bug = new TypeError('?')
    const throwing = (): never => {
      throw bug
    }
    await expect(interruptibleResponse(() => Promise.reject(bug), signal)).rejects.toMatchObject({ kind: 'connection-failed', cause: bug })
    await expect(interruptibleResponse(throwing, signal)).rejects.toMatchObject({ kind: 'connection-failed', cause: bug })
  })
})

describe('a response that came', () => {
  it('is not touched by an abort that follows: its body has a reader of its own', async () => {
    const controller = new AbortController()
    const response = await responseOf(['a'])
    let iterators = 0
    const body = {
      [Symbol.asyncIterator]: () => {
        iterators += 1
        return response.body[Symbol.asyncIterator]()
      },
    }
    await interruptibleResponse(() => Promise.resolve({ ...response, body }), controller.signal)
    controller.abort()
    await settled()
    expect(iterators).toBe(0)
  })
})

describe('the pieces of a body', () => {
  it('come as they are', async () => {
    const { body } = await responseOf(['a', 'b'])
    const pieces: string[] = []
    for await (const piece of interruptibleChunks(body, new AbortController().signal)) pieces.push(new TextDecoder().decode(piece))
    expect(pieces).toEqual(['a', 'b'])
  })

  it('stop in the middle of waiting once the signal is aborted, and the body is let go of', async () => {
    const controller = new AbortController()
    let isLeft = false
    const deaf: AsyncIterator<Uint8Array> = {
      next: () => never,
      return: () => {
        isLeft = true
        return Promise.reject(new TypeError('a body that does not even end well'))
      },
    }
    const chunks = interruptibleChunks({ [Symbol.asyncIterator]: () => deaf }, controller.signal)
    const next = chunks.next()
    controller.abort()
    await expect(next).rejects.toMatchObject({ kind: 'connection-reset' })
    await expect(chunks.next()).rejects.toMatchObject({ kind: 'connection-reset' })
    expect(isLeft).toBe(true)
    await settled()
  })

  it('can be left without waiting for a body that does not answer', async () => {
    const stuck: AsyncIterator<Uint8Array> = { next: () => never, return: () => never }
    const chunks = interruptibleChunks({ [Symbol.asyncIterator]: () => stuck }, new AbortController().signal)
    expect(await chunks.return?.()).toEqual({ done: true, value: undefined })
  })

  it('of a body that throws at once are a failure of the transport', async () => {
    const broken: AsyncIterator<Uint8Array> = {
      next() {
        throw new TypeError('locked')
      },
    }
    const chunks = interruptibleChunks({ [Symbol.asyncIterator]: () => broken }, new AbortController().signal)
    await expect(chunks.next()).rejects.toMatchObject({ kind: 'connection-reset' })
  })
})

function responseOf(pieces: readonly string[]): Promise<TransportResponse> {
  const request = { method: 'POST', url: '', headers: {}, signal: new AbortController().signal, connectTimeoutMs: 1 } as const
  return answers(pieces)(request, { request, taken: 0, isLeft: false })
}
