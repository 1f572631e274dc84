import { fixed } from '../api.ts'
import type { Api, Call, Identity, Reply } from '../api.ts'
import { complaintFor } from '../complaint.ts'
import { catalogueScript } from './catalogue.ts'
import { chatReply } from './chat.ts'
import { chatDialect } from './dialect.ts'

/** OpenAI's server, and those that speak as it does: Groq, OpenRouter, Ollama, llama.cpp. Any prefix of a path is answered. */
export function createOpenAi(identity: Identity): Api {
  const refuse = (status: number): Reply => fixed(chatDialect(identity.vendor, '').refuse(complaintFor(status, '')))
  return {
    reply: (call) => {
      if (identity.apiKey !== null && call.headers['authorization'] !== `Bearer ${identity.apiKey}`) return refuse(401)
      if (call.method === 'GET') return listReply(call, identity) ?? refuse(404)
      return call.url.pathname.endsWith('/chat/completions') ? chatReply(call, identity) : refuse(404)
    },
    reset: () => {},
  }
}

function listReply(call: Call, identity: Identity): Reply | null {
  const script = catalogueScript(call.url.pathname, identity)
  return script === null ? null : fixed(script)
}
