import type { Transport, TransportRequest, TransportResponse } from '../ports/transport.ts'

/** What an upstream does when it is asked. */
export type Scene = (request: TransportRequest, seen: Seen) => Promise<TransportResponse>

/** What a test can tell of one request afterwards. */
export interface Seen {
  readonly request: TransportRequest
  /** Pieces that were taken. */
  taken: number
  /** `return()` was called on the body. */
  isLeft: boolean
}

export interface ScriptedTransport extends Transport {
  readonly seen: readonly Seen[]
}

/** Plays one scene a request, in their order; the last again for all that follow. */
export function scriptedTransport(...scenes: readonly Scene[]): ScriptedTransport {
  const seen: Seen[] = []
  return {
    seen,
    send(request) {
      const scene = scenes[Math.min(seen.length, scenes.length - 1)]
      const entry = { request, taken: 0, isLeft: false }
      seen.push(entry)
      return scene ? scene(request, entry) : Promise.reject(new TypeError('The script has no scenes.'))
    },
  }
}

export interface Ending {
  /** What follows the last piece: the end, silence, or an exception. */
  readonly after?: 'end' | 'silence' | Error
  /** Ignores the signal of the request. */
  readonly isDeaf?: boolean
  readonly status?: number
}

/** Answers with a body in pieces. */
export function answers(chunks: readonly (string | Uint8Array)[], { after = 'end', isDeaf = false, status = 200 }: Ending = {}): Scene {
  return (request, seen) => {
    const left = [...chunks]
    const body: AsyncIterator<Uint8Array> = {
      async next() {
        if (request.signal.aborted && !isDeaf) throw request.signal.reason
        const chunk = left.shift()
        if (chunk !== undefined) {
          seen.taken += 1
          return { done: false, value: typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk }
        }
        if (after === 'end') return { done: true, value: undefined }
        if (after === 'silence') return silence(isDeaf ? null : request.signal)
        throw after
      },
      async return() {
        seen.isLeft = true
        return { done: true, value: undefined }
      },
    }
    return Promise.resolve({ status, header: () => null, body: { [Symbol.asyncIterator]: () => body } })
  }
}

/** Refuses with a status, and says why in the words of `lineProtocol`. */
export function refuses(status: number, failure: object = {}): Scene {
  return answers([JSON.stringify(failure)], { status })
}

/** Never answers. */
export function hangs({ isDeaf = false } = {}): Scene {
  return (request) => silence(isDeaf ? null : request.signal)
}

/** Throws in place of an answer. */
export function breaks(error: unknown): Scene {
  return () => Promise.reject(error)
}

function silence(signal: AbortSignal | null): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason))
  })
}
