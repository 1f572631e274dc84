import { fixed } from '../api.ts'
import type { Api, Call, Identity, Reply } from '../api.ts'
import { createOpenAi } from '../openai/openai.ts'
import { json } from '../script.ts'
import { runReply } from './run.ts'

/** Cloudflare's server: models run by their names, and what it offers in OpenAI's form. */
export function createWorkersAi(identity: Identity): Api {
  const openAi = createOpenAi({ ...identity, apiKey: null, vendor: 'workers-ai' })
  return { reply: (call) => replyTo(call, { identity, openAi }), reset: openAi.reset }
}

interface House {
  readonly identity: Identity
  readonly openAi: Api
}

function replyTo(call: Call, house: House): Reply | Promise<Reply> {
  const { apiKey } = house.identity
  const token = /^Bearer (.+)$/.exec(call.headers['authorization'] ?? '')?.[1]
  if (token === undefined || (apiKey !== null && token !== apiKey)) return refuse(401, 'Authentication error', 10_000)
  const path = decodeURIComponent(call.url.pathname)
  const place = /\/client\/v4\/accounts\/[^/]+\/ai(\/.*)$/.exec(path)?.[1]
  const reply = place === undefined ? null : placeReply(call, house, place)
  return reply ?? refuse(404, `Could not route to ${path}, perhaps your object identifier is invalid?`, 7003)
}

/** What stands at a place below an account's `/ai`; `null` where nothing does. */
function placeReply(call: Call, { identity, openAi }: House, place: string): Reply | Promise<Reply> | null {
  if (place.startsWith('/v1/')) return openAi.reply(call)
  if (call.method === 'GET') return place === '/models/search' ? fixed(json(200, listOf(identity))) : null
  const model = /^\/run\/(.+)$/.exec(place)?.[1]
  return model === undefined ? null : runReply(call, identity, model)
}

function refuse(status: number, message: string, code: number): Reply {
  return fixed(json(status, { result: null, success: false, errors: [{ code, message }], messages: [] }))
}

function listOf({ models }: Identity): unknown {
  const result = models.map((name, index) => ({
    id: `model-${index}`,
    source: 1,
    name,
    task: { id: 'task', name: 'Text Generation' },
    properties: [],
  }))
  return {
    success: true,
    result,
    errors: [],
    messages: [],
    result_info: { count: models.length, page: 1, per_page: 50, total_count: models.length },
  }
}
