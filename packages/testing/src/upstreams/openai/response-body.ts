import { callsOf, joined, onlyChoice } from '../answer.ts'
import type { Answer } from '../answer.ts'
import { seal } from '../prompt.ts'
import type { ResponseRequest } from './response-request.ts'

/** Who answers, and to what. */
export interface ResponseSpeech {
  readonly id: string
  /** The server's own name. */
  readonly name: string
  /** Seconds since the epoch. */
  readonly createdAt: number
  readonly request: ResponseRequest
  readonly answer: Answer
}

export type Body = Readonly<Record<string, unknown>>

/** One thing that an answer consists of. */
export type OutputItem = Body & { readonly id: string; readonly type: 'reasoning' | 'message' | 'function_call' }

/** The whole answer, once it is complete. */
export function responseBody(speech: ResponseSpeech): Body {
  const isCut = onlyChoice(speech.answer).finishReason === 'length'
  return {
    ...frame(speech),
    status: isCut ? 'incomplete' : 'completed',
    completed_at: isCut ? null : speech.createdAt + 1,
    incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
    output: outputOf(speech),
    service_tier: 'default',
    usage: responseUsage(speech.answer),
  }
}

/** The answer as a stream announces it. */
export function openBody(speech: ResponseSpeech): Body {
  return { ...frame(speech), status: 'in_progress', completed_at: null, incomplete_details: null, output: [], usage: null }
}

/** The answer as it looks where the server gave up. */
export function failedBody(speech: ResponseSpeech): Body {
  return { ...openBody(speech), status: 'failed', error: { code: 'server_error', message: 'The model had an error. Please try again.' } }
}

/** Everything that is said, in its order: what was thought, what is said or called. */
export function outputOf(speech: ResponseSpeech): readonly OutputItem[] {
  const choice = onlyChoice(speech.answer)
  const calls = callsOf(choice).map((call, index): OutputItem => ({
    id: `fc_${speech.id}_${index}`,
    type: 'function_call',
    status: 'completed',
    arguments: call.arguments,
    call_id: call.id,
    name: call.name,
  }))
  return [...(speech.answer.thought.length > 0 ? [reasoningItem(speech)] : []), ...(calls.length > 0 ? calls : [messageItem(speech)])]
}

/** The content of a message: what is said, or what is refused. */
export function contentPart(speech: ResponseSpeech): Body {
  const choice = onlyChoice(speech.answer)
  const text = joined(choice)
  return choice.part === 'refusal' ? { type: 'refusal', refusal: text } : { type: 'output_text', annotations: [], logprobs: [], text }
}

/** What an item of thought holds that only the server can read. */
export function encryptedThought(id: string): string {
  return `gAAAA${seal(`reasoning:${id}`)}`
}

/** Cached tokens are part of the input's, reasoning tokens of the output's. */
function responseUsage({ usage }: Answer): Body {
  return {
    input_tokens: usage.promptTokens,
    input_tokens_details: { cached_tokens: usage.cachedTokens },
    output_tokens: usage.completionTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.promptTokens + usage.completionTokens,
  }
}

function reasoningItem({ id, request, answer }: ResponseSpeech): OutputItem {
  const itemId = `rs_${id}`
  const isOpen = request.reasoning?.summary !== undefined && request.reasoning.summary !== null
  const isEncrypted = request.include?.includes('reasoning.encrypted_content') === true
  return {
    id: itemId,
    type: 'reasoning',
    summary: isOpen ? [{ type: 'summary_text', text: answer.thought.join('') }] : [],
    ...(isEncrypted && { encrypted_content: encryptedThought(itemId) }),
  }
}

function messageItem(speech: ResponseSpeech): OutputItem {
  const isCut = onlyChoice(speech.answer).finishReason === 'length'
  return {
    id: `msg_${speech.id}`,
    type: 'message',
    status: isCut ? 'incomplete' : 'completed',
    content: [contentPart(speech)],
    role: 'assistant',
  }
}

/** What every state of an answer has. */
function frame({ id, name, createdAt, request, answer }: ResponseSpeech): Body {
  return {
    id,
    object: 'response',
    created_at: createdAt,
    background: false,
    error: null,
    max_tool_calls: null,
    model: answer.model,
    prompt_cache_key: null,
    safety_identifier: null,
    service_tier: 'auto',
    temperature: 1,
    top_logprobs: 0,
    top_p: 1,
    truncation: 'disabled',
    user: null,
    metadata: {},
    ...settingsOf(request),
    x_simulated: { upstream: name },
  }
}

/** The request's own settings come back as they were sent, or as what they are by default. */
function settingsOf(request: ResponseRequest): Body {
  return {
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: request.previous_response_id ?? null,
    reasoning: { effort: null, summary: null, ...request.reasoning },
    store: request.store ?? true,
    text: { format: { type: 'text' }, verbosity: 'medium', ...request.text },
    tool_choice: request.tool_choice ?? 'auto',
    tools: request.tools ?? [],
  }
}
