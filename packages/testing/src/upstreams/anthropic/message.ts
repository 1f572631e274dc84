import { callsOf, joined, onlyChoice } from '../answer.ts'
import type { Answer } from '../answer.ts'
import { signatureOf } from './check-thinking.ts'
import type { MessageRequest } from './message-request.ts'
import type { InputTokens } from './prompt-cache.ts'

/** Who answers, and to what: all that a message says besides its content. */
export interface Speech {
  readonly id: string
  /** The server's own name. */
  readonly name: string
  readonly request: MessageRequest
  readonly answer: Answer
  readonly input: InputTokens
}

/** The body of an answer that is not streamed. */
export function messageBody(speech: Speech): Record<string, unknown> {
  return {
    ...envelope(speech),
    content: contentOf(speech),
    ...endOf(speech),
    stop_details: null,
    usage: { ...inputUsage(speech), ...outputUsage(speech), service_tier: 'standard', inference_geo: 'not_available' },
  }
}

/** What the beginning of a stream says, and a whole message as well. */
export function envelope({ id, name, answer }: Speech): Record<string, unknown> {
  return { model: answer.model, id, type: 'message', role: 'assistant', x_simulated: { upstream: name } }
}

/** Input apart from what was cached, as the vendor counts it. */
export function inputUsage({ input }: Speech): Record<string, unknown> {
  return {
    input_tokens: input.fresh,
    cache_creation_input_tokens: input.written,
    cache_read_input_tokens: input.read,
    cache_creation: {
      ephemeral_5m_input_tokens: input.writtenFor === '5m' ? input.written : 0,
      ephemeral_1h_input_tokens: input.writtenFor === '1h' ? input.written : 0,
    },
  }
}

/** Output with its thoughts. */
export function outputUsage({ answer }: Speech): Record<string, unknown> {
  const { completionTokens, reasoningTokens } = answer.usage
  return { output_tokens: completionTokens, output_tokens_details: { thinking_tokens: reasoningTokens } }
}

/** Why it ended. */
export function endOf({ answer, request }: Speech): { readonly stop_reason: string; readonly stop_sequence: string | null } {
  const choice = onlyChoice(answer)
  const stop = (reason: string): ReturnType<typeof endOf> => ({ stop_reason: reason, stop_sequence: choice.stopSequence })
  if (choice.part === 'refusal') return stop('refusal')
  if (choice.finishReason === 'tool_calls') return stop('tool_use')
  if (choice.finishReason === 'length') return stop('max_tokens')
  if (choice.stopSequence !== null) return stop('stop_sequence')
  return stop(reasonAskedFor(JSON.stringify(request.messages)) ?? 'end_turn')
}

/** What is thought aloud; empty where the request wants no more than its signature. */
export function shownThought({ answer, request }: Speech): string {
  return request.thinking?.display === 'omitted' ? '' : answer.thought.join('')
}

/** The vendor's names of calls. */
export function callId(id: string): string {
  return id.replace(/^call/, 'toolu')
}

function contentOf(speech: Speech): readonly unknown[] {
  const choice = onlyChoice(speech.answer)
  const thought = shownThought(speech)
  const thinking = { type: 'thinking', thinking: thought, signature: signatureOf(thought) }
  const isEmpty = choice.part === 'tool-calls' || choice.tokens.length === 0
  return [
    ...(speech.answer.thought.length > 0 ? [thinking] : []),
    ...(isEmpty ? [] : [{ type: 'text', text: joined(choice) }]),
    ...callsOf(choice).map((call) => {
      const input: unknown = JSON.parse(call.arguments)
      return { type: 'tool_use', id: callId(call.id), name: call.name, input, caller: { type: 'direct' } }
    }),
  ]
}

/** Reasons that no answer of ours would have by itself. */
function reasonAskedFor(text: string): string | null {
  if (/pause the turn/i.test(text)) return 'pause_turn'
  return /exceed the window/i.test(text) ? 'model_context_window_exceeded' : null
}
