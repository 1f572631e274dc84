import { fixed } from '../api.ts'
import type { Api, Call, Identity, Reply } from '../api.ts'
import { complaintFor } from '../complaint.ts'
import { catalogueScript } from './catalogue.ts'
import { chatReply } from './chat.ts'
import { completionReply } from './completions.ts'
import { chatDialect } from './dialect.ts'
import { embeddingReply } from './embeddings.ts'
import { createResponseStore } from './response-store.ts'
import { keptReply, responseReply } from './responses.ts'
import type { ResponseHouse } from './responses.ts'
import { fileReply, standInReply } from './stand-ins.ts'

/** OpenAI's server, and those that speak as it does: Groq, OpenRouter, Ollama, llama.cpp. Any prefix of a path is answered. */
export function createOpenAi(identity: Identity): Api {
  const house = { identity, store: createResponseStore() }
  const refuse = (status: number): Reply => fixed(chatDialect(identity.vendor, '').refuse(complaintFor(status, '')))
  return {
    reply: async (call) => {
      if (identity.apiKey !== null && call.headers['authorization'] !== `Bearer ${identity.apiKey}`) return refuse(401)
      const answer = call.method === 'POST' ? postReply(call, house) : listReply(call, house)
      return answer ?? (await standInReply(call, identity)) ?? refuse(404)
    },
    reset: house.store.clear,
  }
}

function postReply(call: Call, house: ResponseHouse): Reply | null {
  const { pathname } = call.url
  if (pathname.endsWith('/chat/completions')) return chatReply(call, house.identity)
  if (pathname.endsWith('/completions')) return completionReply(call, house.identity)
  if (pathname.endsWith('/responses')) return responseReply(call, house)
  return pathname.endsWith('/embeddings') ? embeddingReply(call, house.identity) : null
}

function listReply(call: Call, house: ResponseHouse): Reply | null {
  const other = keptReply(call, house) ?? fileReply(call)
  if (other !== null || call.method !== 'GET') return other
  const script = catalogueScript(call.url.pathname, house.identity)
  return script === null ? null : fixed(script)
}
