import { fixed } from '../api.ts'
import type { Api, Call, Identity, Reply } from '../api.ts'
import { createOpenAi } from '../openai/openai.ts'
import { chatReply } from './chat.ts'
import { refuse } from './dialect.ts'
import { embedReply } from './embed.ts'

/** Ollama's server: its own API, its lists, and what it offers in OpenAI's form. */
export function createOllama(identity: Identity): Api {
  const openAi = createOpenAi({ ...identity, vendor: 'ollama' })
  return { reply: (call) => replyTo(call, { identity, openAi }), reset: openAi.reset }
}

interface House {
  readonly identity: Identity
  readonly openAi: Api
}

function replyTo(call: Call, { identity, openAi }: House): Reply | Promise<Reply> {
  const { pathname } = call.url
  if (call.method === 'GET' || pathname.includes('/v1/')) return openAi.reply(call)
  if (identity.apiKey !== null && call.headers['authorization'] !== `Bearer ${identity.apiKey}`) return fixed(refuse(401, 'unauthorized'))
  if (pathname.endsWith('/api/chat')) return chatReply(call, identity)
  return pathname.endsWith('/api/embed') ? embedReply(call, identity) : fixed(refuse(404, '404 page not found'))
}
