import {
  GatewayError,
  isJsonObject,
  totalTokens,
  type ChatEvent,
  type ChatRequest,
  type Clock,
  type Transport,
  type TransportRequest,
  type TransportResponse,
  type Usage,
} from '@gateway/core'
import { openaiChat } from '@gateway/protocols'
import { simulatedAnswer } from './answer.ts'

/** About 25 words a second after a quarter of a second, as a small local model has it. */
const FIRST_WORD_MS = 250
const WORD_MS = 40

/** A server of OpenAI's protocol without a socket. */
export function simulatedTransport(clock: Clock): Transport {
  return {
    async send(request) {
      const chat = readBody(request)
      if (!chat) return respond(400, text('{"error":{"message":"The body is not a chat request.","type":"invalid_request_error"}}'))
      return respond(200, chat.isStreaming ? streamed(chat, request.signal, clock) : whole(chat, request.signal, clock))
    },
  }
}

function readBody({ body }: TransportRequest): ChatRequest | null {
  const parsed: unknown = JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body))
  try {
    return isJsonObject(parsed) ? openaiChat.readRequest(parsed) : null
  } catch (error) {
    if (error instanceof GatewayError) return null
    throw error
  }
}

function respond(status: number, body: AsyncIterable<Uint8Array>): TransportResponse {
  return { status, header: () => null, body }
}

async function* text(value: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(value)
}

async function* whole(chat: ChatRequest, signal: AbortSignal, clock: Clock): AsyncGenerator<Uint8Array> {
  const answer = simulatedAnswer(chat)
  await wait(FIRST_WORD_MS + WORD_MS * answer.words.length, signal, clock)
  const written = openaiChat.writeReply({
    id: idOf(answer.usage),
    model: chat.model,
    created: createdAt(clock),
    choices: [{ index: 0, content: [{ type: 'text', text: answer.words.join('') }], finishReason: answer.finishReason }],
    usage: answer.usage,
  })
  yield* text(JSON.stringify(written.value))
}

async function* streamed(chat: ChatRequest, signal: AbortSignal, clock: Clock): AsyncGenerator<Uint8Array> {
  const { words, finishReason, usage } = simulatedAnswer(chat)
  const writer = openaiChat.writeStream({ wantsUsage: chat.wantsStreamUsage ?? false })
  const frames = (events: readonly ChatEvent[]): Uint8Array => new TextEncoder().encode(events.map((event) => writer.write(event)).join(''))
  await wait(FIRST_WORD_MS, signal, clock)
  yield frames([{ type: 'start', id: idOf(usage), model: chat.model, created: createdAt(clock) }])
  for (const word of words) {
    yield frames([{ type: 'text-delta', choice: 0, text: word }])
    await wait(WORD_MS, signal, clock)
  }
  yield frames([{ type: 'finish', choice: 0, reason: finishReason }, { type: 'usage', usage }, { type: 'end' }])
}

function idOf(usage: Usage): string {
  return `chatcmpl-simulated-${totalTokens(usage)}`
}

function createdAt(clock: Clock): number {
  return Math.floor(clock.epochMs() / 1_000)
}

function wait(delayMs: number, signal: AbortSignal, clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => (): void => {
      cancel()
      signal.removeEventListener('abort', aborted)
      settle()
    }
    const aborted = finish(() => reject(signal.reason))
    const cancel = clock.schedule(delayMs, finish(resolve))
    if (signal.aborted) aborted()
    else signal.addEventListener('abort', aborted)
  })
}
