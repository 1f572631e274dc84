import { answerTo, onlyChoice } from '../answer.ts'
import { fixed } from '../api.ts'
import type { Api, Call, Identity, Reply } from '../api.ts'
import type { Scene, SceneSettings } from '../scene.ts'
import { json } from '../script.ts'
import type { Script } from '../script.ts'
import { admission } from './admission.ts'
import { catalogueScript } from './catalogue.ts'
import { checkRequest } from './check-request.ts'
import { anthropicDialect } from './dialect.ts'
import { messageBody } from './message.ts'
import { messageEvents } from './message-events.ts'
import type { MessageRequest } from './message-request.ts'
import { countInput, createPromptCache } from './prompt-cache.ts'
import type { PromptCache } from './prompt-cache.ts'
import { promptOf, userText } from './prompt.ts'
import { createThreads } from './threads.ts'
import type { Threads } from './threads.ts'

/** The vendor's server: messages, the count of their tokens, and the models. */
export function createAnthropic(identity: Identity): Api {
  const cache = createPromptCache()
  const threads = createThreads()
  return {
    reply: (call) => ({ ...replyTo(call, { identity, cache, threads }), headers: headersFor(call) }),
    reset: () => {
      cache.clear()
      threads.clear()
    },
  }
}

interface House {
  readonly identity: Identity
  readonly cache: PromptCache
  readonly threads: Threads
}

function replyTo(call: Call, house: House): Reply {
  const refusal = admission(call.headers, house.identity)
  if (refusal !== null) return fixed(refuse(call, refusal.status, refusal.message))
  const path = `${call.method} ${call.url.pathname}`
  if (path.endsWith('/v1/messages') && call.method === 'POST') return messageReply(call, house)
  if (path.endsWith('/v1/messages/count_tokens') && call.method === 'POST') return fixed(countScript(call, house.identity))
  const script = call.method === 'GET' ? catalogueScript(call.url.pathname, house.identity) : null
  return fixed(script ?? refuse(call, 404, 'Not Found'))
}

function messageReply(sent: Call, house: House): Reply {
  const body = house.threads.unfold(sent.body)
  if (body === null) return fixed(refuse(sent, 404, 'thread: no message of that id'), true)
  const call = { ...sent, body }
  const checked = checkRequest(call.body, { purpose: 'answer', version: versionOf(call) })
  if ('wrong' in checked) return fixed(refuse(call, 400, checked.wrong), true)
  const { request } = checked
  if (!house.identity.models.includes(request.model)) return fixed(refuse(call, 404, `model: ${request.model}`), true)
  return {
    kind: 'played',
    wire: 'anthropic',
    wish: { field: request.x_simulate, text: userText(request) },
    scene: (settings) => sceneFor(request, { ...house, call }, settings),
  }
}

type Asked = House & { readonly call: Call }

function sceneFor(request: MessageRequest, { identity, cache, threads, call }: Asked, settings: SceneSettings): Scene {
  const input = cache.take(request)
  const answer = answerTo(promptOf(request, input), settings.answerWords)
  const speech = { id: `msg_${identity.name}_${call.serial}`, name: identity.name, request, answer, input }
  const isStreamed = request.stream === true
  const whole = messageBody(speech)
  threads.keep(speech.id, call.body, whole['content'])
  return {
    wire: 'anthropic',
    dialect: anthropicDialect(requestId(call), request.model),
    model: request.model,
    isStreamed,
    events: isStreamed ? messageEvents(speech) : [],
    body: isStreamed ? '' : JSON.stringify(whole),
    contentDeltas: onlyChoice(answer).tokens.length + answer.thought.length,
    usage: answer.usage,
    afterDeltas: settings.afterDeltas,
    nowMs: settings.nowMs,
    chat: null,
  }
}

function countScript(call: Call, identity: Identity): Script {
  const checked = checkRequest(call.body, { purpose: 'count', version: versionOf(call) })
  if ('wrong' in checked) return refuse(call, 400, checked.wrong)
  if (!identity.models.includes(checked.request.model)) return refuse(call, 404, `model: ${checked.request.model}`)
  return json(200, { input_tokens: countInput(checked.request) })
}

function refuse(call: Call, status: number, message: string): Script {
  return anthropicDialect(requestId(call), '').refuse({ status, message, type: '', code: null })
}

function versionOf(call: Call): string {
  return call.headers['anthropic-version'] ?? ''
}

function requestId(call: Call): string {
  return `req_simulated_${call.serial}`
}

function headersFor(call: Call): Readonly<Record<string, string>> {
  return {
    'request-id': requestId(call),
    'anthropic-organization-id': '00000000-0000-4000-8000-000000000000',
    'anthropic-ratelimit-requests-limit': '4000',
    'anthropic-ratelimit-requests-remaining': '3999',
    'anthropic-ratelimit-requests-reset': '2026-01-01T00:00:00Z',
  }
}
