import { answerTo, callsOf, joined, onlyChoice } from '../answer.ts'
import type { Answer, AnswerChoice } from '../answer.ts'
import { fixed } from '../api.ts'
import type { Call, Identity, Reply } from '../api.ts'
import { complaintFor } from '../complaint.ts'
import { embed } from '../embedding.ts'
import { bare } from '../openai/stream-events.ts'
import { countWords, parseJson } from '../prompt.ts'
import type { Scene, SceneSettings } from '../scene.ts'
import type { SaidUsage, WireEvent } from '../wire.ts'
import { sse } from '../wire.ts'
import { WORKERS_AI } from './dialect.ts'
import { lastUserText, promptOf, runRequest } from './run-request.ts'
import type { RunRequest } from './run-request.ts'

/** The answer to a POST to `…/ai/run/{model}`. */
export function runReply(call: Call, identity: Identity, model: string): Reply {
  const parsed = runRequest.safeParse(parseJson(call.body))
  const request = parsed.data
  if (request === undefined || (request.messages ?? request.prompt ?? request.text) === undefined) {
    return refused(400, "Bad input: Error: oneOf at '/' not met")
  }
  if (!identity.models.includes(model)) return refused(404, `No such model ${model} or task`)
  if (request.stream === true && isJson(request)) return refused(400, 'JSON Schema mode is not supported with stream mode.')
  return {
    kind: 'played',
    wire: 'workers-ai',
    wish: { field: request.x_simulate, text: request.text === undefined ? lastUserText(request) : [request.text].flat().join('\n') },
    scene: (settings) =>
      request.text === undefined ? textScene(request, { identity, model }, settings) : vectorScene(request.text, model, settings),
  }
}

/** An unknown model is a 400 here, with the code of one that does not exist. */
function refused(status: 400 | 404, message: string): Reply {
  const script = WORKERS_AI.refuse({ ...complaintFor(status, ''), code: null, message })
  return fixed(status === 404 && script.head !== null ? { ...script, head: { ...script.head, status: 400 } } : script, true)
}

function isJson({ response_format: format }: RunRequest): boolean {
  return format?.type === 'json_schema' || format?.type === 'json_object'
}

interface Place {
  readonly identity: Identity
  readonly model: string
}

function textScene(request: RunRequest, { identity, model }: Place, settings: SceneSettings): Scene {
  const answer = answerTo(promptOf(request, model), settings.answerWords)
  const isStreamed = request.stream === true
  const result = { ...resultOf(answer, isJson(request)), usage: wireUsage(answer.usage) }
  const body = { result, success: true, errors: [], messages: [], x_simulated: { upstream: identity.name } }
  return {
    ...frame(model, settings),
    isStreamed,
    events: isStreamed ? streamOf(answer) : [],
    body: isStreamed ? '' : JSON.stringify(body),
    contentDeltas: onlyChoice(answer).tokens.length,
    usage: answer.usage,
  }
}

function vectorScene(text: string | readonly string[], model: string, settings: SceneSettings): Scene {
  const texts = [text].flat()
  const data = texts.map((entry) => embed(entry, DIMENSIONS))
  const promptTokens = texts.reduce((sum, entry) => sum + countWords(entry), 0)
  const usage = { promptTokens, completionTokens: 0, cachedTokens: 0, reasoningTokens: 0 }
  const result = { shape: [data.length, DIMENSIONS], data, pooling: 'mean', usage: wireUsage(usage) }
  const body = JSON.stringify({ result, success: true, errors: [], messages: [] })
  return { ...frame(model, settings), isStreamed: false, events: [], body, contentDeltas: 0, usage }
}

const DIMENSIONS = 768

function frame(
  model: string,
  { afterDeltas, nowMs }: SceneSettings,
): Pick<Scene, 'wire' | 'dialect' | 'model' | 'afterDeltas' | 'nowMs' | 'chat'> {
  return { wire: 'workers-ai', dialect: WORKERS_AI, model, afterDeltas, nowMs, chat: null }
}

/** JSON that was asked for comes as an object, not as its text. */
function resultOf(answer: Answer, isParsed: boolean): Readonly<Record<string, unknown>> {
  const choice = onlyChoice(answer)
  if (choice.part === 'tool-calls') return { response: null, tool_calls: toolCalls(choice) }
  const response: unknown = isParsed && choice.finishReason === 'stop' ? JSON.parse(joined(choice)) : joined(choice)
  return { response, tool_calls: [] }
}

/** Arguments are objects here, not JSON in a text. */
function toolCalls(choice: AnswerChoice): readonly unknown[] {
  return callsOf(choice).map((call) => {
    const args: unknown = JSON.parse(call.arguments)
    return { name: call.name, arguments: args }
  })
}

/** A word an event, padded with `p`; tool calls at once; usage in an event of its own, asked for or not. */
function streamOf(answer: Answer): readonly WireEvent[] {
  const choice = onlyChoice(answer)
  const said =
    choice.part === 'tool-calls'
      ? [event('token', { response: null, tool_calls: toolCalls(choice), p: padding(0) })]
      : choice.tokens.map(({ text }, index) => event('token', { response: text, p: padding(index) }))
  const usage = event('finish', { response: '', usage: wireUsage(answer.usage), p: padding(1) }, answer.usage)
  return [...said, usage, bare('done')]
}

function event(kind: WireEvent['kind'], data: object, usage: SaidUsage | null = null): WireEvent {
  return { kind, text: sse(data), usage }
}

function padding(index: number): string {
  return 'abdefghijklmnopqrstuvwxyz0123456789'.slice(0, 4 + ((index * 5) % 24))
}

function wireUsage({ promptTokens, completionTokens }: SaidUsage): unknown {
  return { prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: promptTokens + completionTokens }
}
