import { GatewayError } from './gateway-error.ts'
import type { ChatEvent } from './language/chat-event.ts'
import type { ChatReply } from './language/chat-reply.ts'
import type { ChatRequest } from './language/chat-request.ts'
import { fromChat, type ModelRequest } from './model-request.ts'
import type { Exchange, Next } from './stage.ts'

/** What a caller in the same process asks; whether it is streamed, the function says. */
export type ChatQuestion = Omit<ChatRequest, 'isStreaming'>

export interface CallOptions {
  /** Stops the call and its upstream. */
  readonly signal?: AbortSignal
  /** The routing strategy by name; the gateway's default where absent. */
  readonly strategy?: string | undefined
  /** Rather an error than an answer to a request that lost something on the way to the model. */
  readonly isStrict?: boolean
  /** Who asks, as the usage log shall name them. */
  readonly callerId?: string
  /** Unique; made up where absent. */
  readonly requestId?: string
  /** Where the runtime must be told of work that outlives the call: `ctx.waitUntil` on Workers. */
  readonly defer?: (work: Promise<unknown>) => void
}

/** Asks a gateway in the same process, and waits for the whole answer. Rejects with `GatewayError`. */
export async function askChat(gateway: Next, question: ChatQuestion, options: CallOptions = {}): Promise<ChatReply> {
  const { body } = await gateway(openExchange(fromChat({ ...question, isStreaming: false }), options))
  if (body.kind !== 'whole') throw new GatewayError('internal', 'The gateway streamed an answer to a request that asked for none.')
  return body.reply
}

/**
 * Asks a gateway in the same process, and gives the events of the answer as they come, `end` included. Nothing is sent before
 * the first is asked for. Throws `GatewayError`: before the first event as `askChat` does, later `stream-interrupted` where the
 * answer broke off and `client-closed` where the caller's signal was aborted. Leaving the loop stops the upstream.
 */
export async function* streamChat(gateway: Next, question: ChatQuestion, options: CallOptions = {}): AsyncGenerator<ChatEvent, void, void> {
  const { body, attempts } = await gateway(openExchange(fromChat({ ...question, isStreaming: true }), options))
  if (body.kind !== 'stream') throw new GatewayError('internal', 'The gateway answered in one piece to a request that asked for a stream.')
  let hasEnded = false
  for await (const part of body.parts) {
    for (const event of part.events) {
      if (event.type === 'error') throw new GatewayError('stream-interrupted', event.failure.message, { attempts, failure: event.failure })
      if (event.type === 'end') hasEnded = true
      yield event
    }
  }
  if (!hasEnded) throw new GatewayError('client-closed', 'The caller aborted the request.', { attempts })
}

/** The exchange of a caller in the same process, for those who call a gateway themselves and want its whole `Reply`. */
export function openExchange(request: ModelRequest, options: CallOptions = {}): Exchange {
  const { signal = new AbortController().signal, strategy, callerId = null, requestId = crypto.randomUUID(), defer = letRun } = options
  const { isStrict = false } = options
  const exchange = { id: requestId, caller: { id: callerId }, request, candidates: [], signal, defer, isStrict }
  return strategy === undefined ? exchange : { ...exchange, strategy }
}

/** A process that lives on needs to do nothing for its promises to settle. */
function letRun(work: Promise<unknown>): void {
  work.catch(() => {})
}
