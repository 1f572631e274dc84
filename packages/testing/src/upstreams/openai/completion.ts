import { callsOf, joined } from '../answer.ts'
import type { Answer, AnswerChoice } from '../answer.ts'
import type { ChatRequest } from './chat-request.ts'
import type { SaidUsage } from '../wire.ts'
import { HABITS } from './vendor.ts'
import type { Vendor } from './vendor.ts'

/** Who answers, and with which identity: the part of an answer that is not its content. */
export interface Speaker {
  readonly vendor: Vendor
  /** The server's own name; rides on every body as `x_simulated.upstream`. */
  readonly name: string
  readonly id: string
  /** Seconds since the epoch. */
  readonly created: number
}

/** The body of an answer that is not streamed. */
export function completionBody(request: ChatRequest, answer: Answer, speaker: Speaker): Record<string, unknown> {
  return {
    ...envelope(answer.model, speaker),
    object: 'chat.completion',
    choices: answer.choices.map((choice) => wholeChoice(choice, request.logprobs ?? false)),
    usage: wireUsage(answer.usage),
  }
}

/** Fields that every body and chunk of one answer carries. */
export function envelope(model: string, speaker: Speaker): Record<string, unknown> {
  const habits = HABITS[speaker.vendor]
  return {
    id: speaker.id,
    created: speaker.created,
    model,
    system_fingerprint: habits.fingerprint,
    ...habits.extraFields,
    x_simulated: { upstream: speaker.name },
  }
}

/** A `usage` object as OpenAI sends it: cached tokens are part of the prompt's, reasoning tokens of the completion's. */
export function wireUsage(usage: SaidUsage): Record<string, unknown> {
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: usage.promptTokens + usage.completionTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}

/** `logprobs` of some tokens: negative, falling, with the bytes of each. */
export function wireLogprobs(tokens: readonly string[]): Record<string, unknown> {
  const content = tokens.map((token, index) => ({
    token,
    logprob: -0.125 * (index + 1),
    bytes: [...new TextEncoder().encode(token)],
    top_logprobs: [],
  }))
  return { content, refusal: null }
}

function wholeChoice(choice: AnswerChoice, withLogprobs: boolean): Record<string, unknown> {
  const tokens = choice.tokens.map((token) => token.text)
  return {
    index: choice.index,
    message: wholeMessage(choice),
    logprobs: withLogprobs && choice.part === 'content' ? wireLogprobs(tokens) : null,
    finish_reason: choice.finishReason,
  }
}

function wholeMessage(choice: AnswerChoice): Record<string, unknown> {
  const message = { role: 'assistant', content: null, refusal: null, annotations: [] }
  switch (choice.part) {
    case 'content':
      return { ...message, content: joined(choice) }
    case 'refusal':
      return { ...message, refusal: joined(choice) }
    case 'tool-calls':
      return { ...message, tool_calls: wholeCalls(choice) }
  }
}

function wholeCalls(choice: AnswerChoice): readonly unknown[] {
  return callsOf(choice).map((call) => ({ id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } }))
}
