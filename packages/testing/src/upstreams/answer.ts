import { lastUserText, textOf } from './chat-request.ts'
import type { ChatRequest } from './chat-request.ts'
import { fitSchema } from './fit-schema.ts'
import type { SaidUsage } from './script.ts'

/** What the simulated model says to one request. The same request always gets the same answer. */
export interface Answer {
  readonly model: string
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
}

/** A piece of text, or of the arguments of one tool call (whose first token carries name and id and no text). */
export interface AnswerToken {
  readonly text: string
  readonly call: { readonly index: number; readonly id: string; readonly name: string; readonly isFirst: boolean } | null
}

/** Decides the answer; `words` pads a text answer to at least so many words. */
export function answerTo(request: ChatRequest, words: number = 0): Answer {
  const count = request.n ?? 1
  const choices = Array.from({ length: count }, (_, index) => choiceFor(request, { index, words }))
  const completion = choices.reduce((sum, choice) => sum + choice.tokens.length, 0)
  const promptTokens = countPromptTokens(request)
  const reasoningTokens = REASONING_TOKENS.get(request.reasoning_effort ?? '') ?? 0
  const usage = {
    promptTokens,
    completionTokens: completion + reasoningTokens,
    cachedTokens: Math.floor(promptTokens / 4),
    reasoningTokens,
  }
  return { model: request.model, choices, usage }
}

/** The text that a choice's tokens make. */
export function joined(choice: AnswerChoice): string {
  return choice.tokens.map((token) => token.text).join('')
}

const REASONING_TOKENS: ReadonlyMap<string, number> = new Map([
  ['minimal', 2],
  ['low', 4],
  ['medium', 8],
  ['high', 16],
  ['xhigh', 32],
])

/** One token a word and three a message, as if by a very simple tokenizer. */
function countPromptTokens(request: ChatRequest): number {
  const sizes = request.messages.map((entry) => 3 + textOf(entry.content).split(/\s+/).filter(Boolean).length)
  return sizes.reduce((sum, size) => sum + size, 0)
}

function choiceFor(request: ChatRequest, seat: { readonly index: number; readonly words: number }): AnswerChoice {
  const tools = callableTools(request)
  if (tools.length > 0) return { index: seat.index, part: 'tool-calls', tokens: toolTokens(tools), finishReason: 'tool_calls' }
  const isRefused = /\brefuse\b/i.test(lastUserText(request))
  const text = isRefused ? 'I cannot help with that.' : textFor(request, seat)
  const tokens = text.split(/(?<=\S)(?=\s)/).map((piece) => ({ text: piece, call: null }))
  const limit = request.max_completion_tokens ?? request.max_tokens ?? Number.POSITIVE_INFINITY
  return {
    index: seat.index,
    part: isRefused ? 'refusal' : 'content',
    tokens: tokens.slice(0, limit),
    finishReason: tokens.length > limit ? 'length' : 'stop',
  }
}

function textFor(request: ChatRequest, seat: { readonly index: number; readonly words: number }): string {
  const format = request.response_format
  if (format?.type === 'json_schema') return JSON.stringify(fitSchema(format.json_schema?.schema), null, 1)
  if (format?.type === 'json_object') return JSON.stringify({ answer: lastUserText(request) }, null, 1)
  const text = `Simulated answer ${seat.index} to: ${lastUserText(request)} — naïve ✓ 😀 done.`
  const missing = seat.words - text.split(' ').length
  return missing <= 0 ? text : `${text}${Array.from({ length: missing }, (_, index) => ` word${index}`).join('')}`
}

interface CallableTool {
  readonly name: string
  readonly parameters: unknown
}

/** The two tools to call at once: the first two, or the only one twice. None once a tool has answered, or where the request says so. */
function callableTools(request: ChatRequest): readonly CallableTool[] {
  if (request.tool_choice === 'none' || request.messages.at(-1)?.role === 'tool') return []
  const tools = (request.tools ?? []).flatMap((entry) => entry.function ?? [])
  const [first, second] = tools
  if (first === undefined) return []
  const calls = request.parallel_tool_calls === false ? [first] : [first, second ?? first]
  return calls.map((entry) => ({ name: entry.name, parameters: entry.parameters }))
}

function toolTokens(tools: readonly CallableTool[]): readonly AnswerToken[] {
  return tools.flatMap((tool, index) => {
    const call = { index, id: `call_${index}_${tool.name}`, name: tool.name }
    const pieces = JSON.stringify(fitSchema(tool.parameters) ?? {}).match(/.{1,5}/gsu) ?? []
    return [{ text: '', call: { ...call, isFirst: true } }, ...pieces.map((text) => ({ text, call: { ...call, isFirst: false } }))]
  })
}
