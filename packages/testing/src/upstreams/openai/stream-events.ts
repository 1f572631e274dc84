import { inTurn } from '../answer.ts'
import type { Answer, AnswerChoice, AnswerToken } from '../answer.ts'
import type { WireEvent } from '../wire.ts'
import { sse } from '../wire.ts'
import type { ChatRequest } from './chat-request.ts'
import { envelope, wireLogprobs, wireUsage } from './completion.ts'
import type { Speaker } from './completion.ts'
import { HABITS } from './vendor.ts'

/** An event of a chat stream with the chunk that it carries, so that a fault can bend it. */
export interface StreamEvent extends WireEvent {
  /** `null` for comments and `[DONE]`. */
  readonly chunk: Chunk | null
}

/** What faults of Chat Completions alone work with. */
export interface ChatPart {
  readonly answer: Answer
  readonly speaker: Speaker
  /** The scene's events again, with their chunks. */
  readonly events: readonly StreamEvent[]
}

export interface Chunk {
  readonly choices: readonly ChunkChoice[]
  readonly [field: string]: unknown
}

export interface ChunkChoice {
  readonly index: number
  readonly delta: Delta
  readonly [field: string]: unknown
}

export interface Delta {
  readonly role?: 'assistant'
  readonly content?: string | null
  readonly refusal?: string | null
  readonly tool_calls?: readonly ToolCallDelta[]
}

export interface ToolCallDelta {
  readonly index: number
  readonly id?: string
  readonly type?: 'function'
  readonly function: { readonly name?: string; readonly arguments: string }
}

/** The healthy stream: roles, tokens of all choices in turn, finish reasons, usage if it was asked for, `[DONE]`. */
export function streamEvents(request: ChatRequest, answer: Answer, speaker: Speaker): readonly StreamEvent[] {
  const asksUsage = request.stream_options?.include_usage === true
  const base = { ...envelope(answer.model, speaker), object: 'chat.completion.chunk' }
  const open = asksUsage && HABITS[speaker.vendor].sendsNullUsage ? { ...base, usage: null } : base
  const event = (kind: StreamEvent['kind'], choice: ChunkChoice): StreamEvent => chunkEvent(kind, { ...open, choices: [choice] })
  const usage = { ...chunkEvent('usage', { ...base, choices: [], usage: wireUsage(answer.usage) }), usage: answer.usage }
  const tokens = inTurn(answer.choices).map(([choice, token]) =>
    event('token', deltaOf(choice, { token, withLogprobs: request.logprobs === true })),
  )
  if (HABITS[speaker.vendor].finishesTwice) return [...tokens, ...finishTwice(answer, base), bare('done')]
  return [
    ...Array.from({ length: HABITS[speaker.vendor].comments }, () => bare('comment')),
    ...answer.choices.map((choice) => event('opening', roleOf(choice))),
    ...tokens,
    ...answer.choices.map((choice) => event('finish', finishOf(choice))),
    ...(asksUsage ? [usage] : []),
    bare('done'),
  ]
}

/** Usage comes unasked, on the finish; and then again, of nothing. */
function finishTwice(answer: Answer, base: Readonly<Record<string, unknown>>): readonly StreamEvent[] {
  const choices = answer.choices.map(finishOf)
  const nothing = wireUsage({ promptTokens: 0, completionTokens: 0, cachedTokens: 0, reasoningTokens: 0 })
  return [
    { ...chunkEvent('finish', { ...base, choices, usage: wireUsage(answer.usage) }), usage: answer.usage },
    chunkEvent('finish', { ...base, choices, usage: nothing }),
  ]
}

/** A chunk as an event. */
export function chunkEvent(kind: StreamEvent['kind'], chunk: Chunk): StreamEvent {
  return { kind, chunk, text: sse(chunk), usage: null }
}

/** A comment, or the end. */
export function bare(kind: 'comment' | 'done'): StreamEvent {
  return { kind, chunk: null, text: kind === 'done' ? DONE : ': OPENROUTER PROCESSING\n\n', usage: null }
}

export const DONE = 'data: [DONE]\n\n'

function roleOf(choice: AnswerChoice): ChunkChoice {
  const content = choice.part === 'content' ? '' : null
  return { index: choice.index, delta: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: null }
}

function finishOf(choice: AnswerChoice): ChunkChoice {
  return { index: choice.index, delta: {}, logprobs: null, finish_reason: choice.finishReason }
}

function deltaOf(choice: AnswerChoice, piece: { readonly token: AnswerToken; readonly withLogprobs: boolean }): ChunkChoice {
  const { token } = piece
  const logprobs = piece.withLogprobs && choice.part === 'content' ? wireLogprobs([token.text]) : null
  return { index: choice.index, delta: tokenDelta(choice, token), logprobs, finish_reason: null }
}

function tokenDelta(choice: AnswerChoice, token: AnswerToken): Delta {
  if (token.call === null) return choice.part === 'refusal' ? { refusal: token.text } : { content: token.text }
  const { index, id, name, isFirst } = token.call
  if (!isFirst) return { tool_calls: [{ index, function: { arguments: token.text } }] }
  return { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }
}
