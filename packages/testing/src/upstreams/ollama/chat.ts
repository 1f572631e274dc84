import { answerTo, callsOf, joined, onlyChoice } from '../answer.ts'
import type { Answer, AnswerChoice } from '../answer.ts'
import { fixed } from '../api.ts'
import type { Call, Identity, Reply } from '../api.ts'
import { parseJson } from '../prompt.ts'
import type { Scene, SceneSettings } from '../scene.ts'
import type { SaidUsage, WireEvent } from '../wire.ts'
import { chatRequest, lastUserText, promptOf } from './chat-request.ts'
import type { ChatRequest } from './chat-request.ts'
import { OLLAMA, refuse } from './dialect.ts'

/** The answer to a POST to `/api/chat`. */
export function chatReply(call: Call, identity: Identity): Reply {
  const request = chatRequest.safeParse(parseJson(call.body)).data
  if (request === undefined) return fixed(refuse(400, 'invalid request'), true)
  if (!identity.models.includes(request.model)) return fixed(refuse(404, `model '${request.model}' not found`), true)
  return {
    kind: 'played',
    wire: 'ollama',
    wish: { field: request.x_simulate, text: lastUserText(request) },
    scene: (settings) => sceneFor(request, identity, settings),
  }
}

function sceneFor(request: ChatRequest, identity: Identity, settings: SceneSettings): Scene {
  const answer = answerTo(promptOf(request), settings.answerWords)
  const isStreamed = request.stream !== false
  const head = { model: request.model, created_at: new Date(settings.nowMs).toISOString() }
  const end = endOf(answer)
  const thinking = answer.thought.length > 0 ? { thinking: answer.thought.join('') } : {}
  const whole = { ...head, message: { ...messageOf(onlyChoice(answer)), ...thinking }, ...end, x_simulated: { upstream: identity.name } }
  return {
    wire: 'ollama',
    dialect: OLLAMA,
    model: request.model,
    isStreamed,
    events: isStreamed ? streamOf(answer, { head, end }) : [],
    body: isStreamed ? '' : JSON.stringify(whole),
    contentDeltas: onlyChoice(answer).tokens.length + answer.thought.length,
    usage: answer.usage,
    afterDeltas: settings.afterDeltas,
    nowMs: settings.nowMs,
    chat: null,
  }
}

interface Frame {
  readonly head: Readonly<Record<string, unknown>>
  readonly end: Readonly<Record<string, unknown>>
}

/** A line a word; tool calls all in one line; the last line says what it took. */
function streamOf(answer: Answer, { head, end }: Frame): readonly WireEvent[] {
  const choice = onlyChoice(answer)
  const line = (kind: WireEvent['kind'], data: object, usage: SaidUsage | null = null): WireEvent => ({
    kind,
    text: `${JSON.stringify({ ...head, ...data })}\n`,
    usage,
  })
  const say = (message: object): WireEvent => line('token', { message: { role: 'assistant', content: '', ...message }, done: false })
  const said =
    choice.part === 'tool-calls' ? [say({ tool_calls: toolCalls(choice) })] : choice.tokens.map(({ text }) => say({ content: text }))
  const last = line('finish', { message: { role: 'assistant', content: '' }, ...end }, answer.usage)
  return [...answer.thought.map((thinking) => say({ thinking })), ...said, last]
}

function messageOf(choice: AnswerChoice): Readonly<Record<string, unknown>> {
  if (choice.part === 'tool-calls') return { role: 'assistant', content: '', tool_calls: toolCalls(choice) }
  return { role: 'assistant', content: joined(choice) }
}

/** Arguments are objects here, not JSON in a text. */
function toolCalls(choice: AnswerChoice): readonly unknown[] {
  return callsOf(choice).map((call, index) => {
    const args: unknown = JSON.parse(call.arguments)
    return { id: call.id, function: { index, name: call.name, arguments: args } }
  })
}

/** A call is a plain stop here. Durations in nanoseconds. */
function endOf(answer: Answer): Readonly<Record<string, unknown>> {
  return {
    done: true,
    done_reason: onlyChoice(answer).finishReason === 'length' ? 'length' : 'stop',
    total_duration: 122_015_340,
    load_duration: 884_833,
    prompt_eval_count: answer.usage.promptTokens,
    prompt_eval_duration: 114_355_000,
    eval_count: answer.usage.completionTokens,
    eval_duration: 4_303_000,
  }
}
