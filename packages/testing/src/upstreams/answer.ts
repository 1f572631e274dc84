import { fitSchema } from './fit-schema.ts'
import type { CallableTool, Prompt } from './prompt.ts'
import type { SaidUsage } from './wire.ts'

/** What the simulated model says to one prompt. The same prompt always gets the same answer, on every wire. */
export interface Answer {
  readonly model: string
  /** What it thought before, one token each; not every wire shows it. */
  readonly thought: readonly string[]
  readonly choices: readonly AnswerChoice[]
  readonly usage: SaidUsage
}

/** One choice as its tokens: joined they are the whole message, one by one they are the stream. */
export interface AnswerChoice {
  readonly index: number
  readonly part: 'content' | 'refusal' | 'tool-calls'
  /** One token each; for tool calls these are all calls' tokens in turn. */
  readonly tokens: readonly AnswerToken[]
  readonly finishReason: 'stop' | 'length' | 'tool_calls'
  /** The sequence of the request at which the text was cut. */
  readonly stopSequence: string | null
}

/** A piece of text, or of the arguments of one tool call (whose first token carries name and id and no text). */
export interface AnswerToken {
  readonly text: string
  readonly call: { readonly index: number; readonly id: string; readonly name: string; readonly isFirst: boolean } | null
}

/** A tool call in one piece. */
export interface AnswerCall {
  readonly id: string
  readonly name: string
  /** JSON. */
  readonly arguments: string
}

/** Decides the answer; `words` pads a text answer to at least so many words. */
export function answerTo(prompt: Prompt, words: number = 0): Answer {
  const choices = Array.from({ length: prompt.choices }, (_, index) => choiceFor(prompt, { index, words }))
  const completion = choices.reduce((sum, choice) => sum + choice.tokens.length, 0)
  const usage = {
    promptTokens: prompt.promptTokens,
    completionTokens: completion + prompt.thoughtTokens,
    cachedTokens: prompt.cachedTokens,
    reasoningTokens: prompt.thoughtTokens,
    ...(prompt.cacheWriteTokens !== undefined && { cacheWriteTokens: prompt.cacheWriteTokens }),
  }
  return { model: prompt.model, thought: thoughtOf(prompt.thoughtTokens), choices, usage }
}

/** The text that a choice's tokens make. */
export function joined(choice: AnswerChoice): string {
  return choice.tokens.map((token) => token.text).join('')
}

/** The first choice, which is the only one on most wires. */
export function onlyChoice(answer: Answer): AnswerChoice {
  return answer.choices[0] ?? { index: 0, part: 'content', tokens: [], finishReason: 'stop', stopSequence: null }
}

/** A choice's tool calls, each with its arguments joined. */
export function callsOf(choice: AnswerChoice): readonly AnswerCall[] {
  const calls = choice.tokens.flatMap((token) => (token.call?.isFirst ? token.call : []))
  return calls.map((call) => {
    const pieces = choice.tokens.filter((token) => token.call?.index === call.index)
    return { id: call.id, name: call.name, arguments: pieces.map((piece) => piece.text).join('') }
  })
}

/** Tokens of several choices, one of each in turn, as a server that samples them together sends them. */
export function inTurn(choices: readonly AnswerChoice[]): readonly (readonly [AnswerChoice, AnswerToken])[] {
  const longest = Math.max(...choices.map((choice) => choice.tokens.length))
  return Array.from({ length: longest }, (_, position) => position).flatMap((position) =>
    choices.flatMap((choice) => {
      const token = choice.tokens[position]
      return token === undefined ? [] : [[choice, token] as const]
    }),
  )
}

function thoughtOf(tokens: number): readonly string[] {
  return Array.from({ length: tokens }, (_, index) => (index === 0 ? 'Thinking' : ` step${index}`))
}

function choiceFor(prompt: Prompt, seat: { readonly index: number; readonly words: number }): AnswerChoice {
  const { calls } = prompt
  if (calls.length > 0) {
    return { index: seat.index, part: 'tool-calls', tokens: toolTokens(calls), finishReason: 'tool_calls', stopSequence: null }
  }
  const isRefused = /\brefuse\b/i.test(prompt.lastUserText)
  const { text, stopSequence } = stoppedAt(isRefused ? 'I cannot help with that.' : textFor(prompt, seat), prompt.stops)
  const tokens = text === '' ? [] : text.split(/(?<=\S)(?=\s)/).map((piece) => ({ text: piece, call: null }))
  const isCut = tokens.length > prompt.maxTokens
  return {
    index: seat.index,
    part: isRefused ? 'refusal' : 'content',
    tokens: tokens.slice(0, prompt.maxTokens),
    finishReason: isCut ? 'length' : 'stop',
    stopSequence: isCut ? null : stopSequence,
  }
}

function textFor(prompt: Prompt, seat: { readonly index: number; readonly words: number }): string {
  const { format, lastUserText } = prompt
  if (format.kind === 'schema') return JSON.stringify(fitSchema(format.schema), null, 1)
  if (format.kind === 'json') return JSON.stringify({ answer: lastUserText }, null, 1)
  const text = `Simulated answer ${seat.index} to: ${lastUserText} — naïve ✓ 😀 done.`
  const missing = seat.words - text.split(' ').length
  return missing <= 0 ? text : `${text}${Array.from({ length: missing }, (_, index) => ` word${index}`).join('')}`
}

function stoppedAt(text: string, stops: readonly string[]): { readonly text: string; readonly stopSequence: string | null } {
  const places = stops.map((stop) => ({ stop, at: text.indexOf(stop) })).filter(({ at }) => at >= 0)
  const [first] = places.toSorted((one, other) => one.at - other.at)
  return first === undefined ? { text, stopSequence: null } : { text: text.slice(0, first.at), stopSequence: first.stop }
}

function toolTokens(tools: readonly CallableTool[]): readonly AnswerToken[] {
  return tools.flatMap((tool, index) => {
    const call = { index, id: `call_${index}_${tool.name}`, name: tool.name }
    const pieces = JSON.stringify(fitSchema(tool.parameters) ?? {}).match(/.{1,5}/gsu) ?? []
    return [{ text: '', call: { ...call, isFirst: true } }, ...pieces.map((text) => ({ text, call: { ...call, isFirst: false } }))]
  })
}
