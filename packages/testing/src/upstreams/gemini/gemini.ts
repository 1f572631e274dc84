import { answerTo } from '../answer.ts'
import type { Answer } from '../answer.ts'
import { fixed } from '../api.ts'
import type { Api, Call, Identity, Reply } from '../api.ts'
import { complaintFor } from '../complaint.ts'
import type { Scene, SceneSettings } from '../scene.ts'
import { json } from '../script.ts'
import type { Script } from '../script.ts'
import { admission } from './admission.ts'
import { contentBody } from './candidates.ts'
import type { Block, Speech } from './candidates.ts'
import { catalogueScript } from './catalogue.ts'
import { checkRequest } from './check-request.ts'
import type { ContentRequest } from './content-request.ts'
import { countScript } from './count-tokens.ts'
import { geminiDialect } from './dialect.ts'
import { embeddingReply } from './embeddings.ts'
import { contentEvents } from './framing.ts'
import { contentsOf, countContents, promptOf, userText } from './prompt.ts'

/** The vendor's server: contents, embeddings, the count of tokens, and the models. */
export function createGemini(identity: Identity): Api {
  return { reply: (call) => replyTo(call, identity), reset: () => {} }
}

function replyTo(call: Call, identity: Identity): Reply {
  const refusal = admission(call, identity)
  if (refusal !== null) return fixed(refusal)
  if (call.method === 'GET') return fixed(catalogueScript(call.url.pathname, identity) ?? notFound(call, ''))
  const [, name = '', method = ''] = /\/models\/([^/:]+):(\w+)$/.exec(decodeURIComponent(call.url.pathname)) ?? []
  const isKnown = call.method === 'POST' && identity.models.includes(name)
  return isKnown ? methodReply(call, { identity, model: name }, method) : fixed(notFound(call, name), name !== '')
}

function methodReply(call: Call, place: Place, method: string): Reply {
  switch (method) {
    case 'generateContent':
    case 'streamGenerateContent':
      return contentReply(call, place)
    case 'embedContent':
    case 'batchEmbedContents':
      return embeddingReply(call, place.model, method)
    case 'countTokens':
      return fixed(countScript(call.body))
    default:
      return fixed(notFound(call, place.model))
  }
}

interface Place {
  readonly identity: Identity
  readonly model: string
}

function contentReply(call: Call, place: Place): Reply {
  const checked = checkRequest(call.body, place.model)
  if ('wrong' in checked) {
    return fixed(geminiDialect(place.model, true).refuse({ ...complaintFor(400, ''), message: checked.wrong, code: null }), true)
  }
  const { request } = checked
  return {
    kind: 'played',
    wire: 'gemini',
    wish: { field: request.x_simulate, text: userText(request.contents) },
    scene: (settings) => sceneFor(request, { ...place, call }, settings),
  }
}

function sceneFor(request: ContentRequest, { identity, model, call }: Place & { readonly call: Call }, settings: SceneSettings): Scene {
  const block = blockOf(userText(request.contents))
  const answer = withoutWords(answerTo(promptOf(request, model), settings.answerWords), block)
  const speech: Speech = {
    id: `${identity.name}-${call.serial}`,
    name: identity.name,
    answer,
    promptDetails: countContents(contentsOf(request)),
    showsThoughts: request.generationConfig?.thinkingConfig?.includeThoughts === true,
    block,
  }
  const isStreamed = call.url.pathname.endsWith(':streamGenerateContent')
  const isSse = call.url.searchParams.get('alt') === 'sse'
  return {
    wire: 'gemini',
    dialect: geminiDialect(model, isSse),
    model,
    isStreamed,
    events: isStreamed ? contentEvents(speech, isSse) : [],
    body: isStreamed ? '' : JSON.stringify(contentBody(speech), null, 2),
    contentDeltas: answer.usage.completionTokens,
    usage: answer.usage,
    afterDeltas: settings.afterDeltas,
    nowMs: settings.nowMs,
    chat: null,
  }
}

/** What of a prompt makes the vendor say nothing. There is no refusal in words on this wire. */
function blockOf(text: string): Block | null {
  if (/block the prompt/i.test(text)) return { of: 'prompt', reason: 'PROHIBITED_CONTENT' }
  if (/\brefuse\b/i.test(text)) return { of: 'candidate', reason: 'SAFETY' }
  if (/\brecite\b/i.test(text)) return { of: 'candidate', reason: 'RECITATION' }
  return /malform the call/i.test(text) ? { of: 'candidate', reason: 'MALFORMED_FUNCTION_CALL' } : null
}

function withoutWords(answer: Answer, block: Block | null): Answer {
  return block === null
    ? answer
    : { ...answer, thought: [], choices: [], usage: { ...answer.usage, completionTokens: 0, reasoningTokens: 0 } }
}

/** On a stream the vendor calls even this an event stream. */
function notFound(call: Call, name: string): Script {
  const isStream = call.url.searchParams.get('alt') === 'sse'
  const method = /:(\w+)$/.exec(call.url.pathname)?.[1] ?? 'generateContent'
  const message = `models/${name} is not found for API version v1beta, or is not supported for ${method}. Call ListModels to see the list of available models and their supported methods.`
  const error = { code: 404, message, status: 'NOT_FOUND' }
  return json(404, { error }, isStream ? { 'content-type': 'text/event-stream' } : {})
}
