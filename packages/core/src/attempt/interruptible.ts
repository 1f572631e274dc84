import { TransportError, type TransportResponse } from '../ports/transport.ts'

/** The answer, or a `TransportError` as soon as the signal is aborted, whether or not the transport obeys it. What comes too late is closed. */
export function interruptibleResponse(send: () => Promise<TransportResponse>, signal: AbortSignal): Promise<TransportResponse> {
  const sent = begun(send)
  return new Promise((resolve, reject) => {
    const interrupt = (): void => {
      reject(interrupted())
      sent.then((late) => leave(late.body[Symbol.asyncIterator]())).catch(ignore)
    }
    const arrived = (settle: () => void): void => {
      signal.removeEventListener('abort', interrupt)
      settle()
    }
    if (signal.aborted) interrupt()
    else signal.addEventListener('abort', interrupt, { once: true })
    sent.then(
      (response) => arrived(() => resolve(response)),
      (error: unknown) => arrived(() => reject(asTransportError(error, 'connection-failed'))),
    )
  })
}

/**
 * The pieces of a body. They end with a `TransportError` as soon as the signal is aborted, whether or not the transport obeys
 * it. For one reader that waits for each piece before it asks for the next.
 */
export function interruptibleChunks(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncIterableIterator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]()
  let interrupt: ((error: TransportError) => void) | null = null
  signal.addEventListener(
    'abort',
    () => {
      interrupt?.(interrupted())
      leave(chunks).catch(ignore)
    },
    { once: true },
  )
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next: () =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(interrupted())
          return
        }
        interrupt = reject
        begun(() => chunks.next()).then(resolve, (error: unknown) => reject(asTransportError(error, 'connection-reset')))
      }),
    return() {
      leave(chunks).catch(ignore)
      return Promise.resolve({ done: true, value: undefined })
    },
  }
}

function interrupted(): TransportError {
  return new TransportError('connection-reset', 'The gateway let go of the connection.')
}

/** Not waited for: a transport may take its time, and what it says concerns nobody. */
async function leave(chunks: AsyncIterator<Uint8Array>): Promise<void> {
  await chunks.return?.()
}

function ignore(): void {}

/** The work, with what it throws at once as its rejection. */
function begun<T>(work: () => Promise<T>): Promise<T> {
  try {
    return work()
  } catch (error) {
    return Promise.reject(error)
  }
}

/** A transport of somebody's own may throw anything. */
function asTransportError(error: unknown, kind: 'connection-failed' | 'connection-reset'): TransportError {
  return error instanceof TransportError ? error : new TransportError(kind, 'The transport failed.', { cause: error })
}
