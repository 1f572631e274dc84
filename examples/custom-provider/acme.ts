import { isJsonObject } from '@gateway/core'
import { openaiChat } from '@gateway/protocols'
import { defineProvider } from '@gateway/providers'

/** Acme speaks OpenAI's protocol with an accent. All that is different about it stands here; nothing of Gateway is changed. */
export const acme = defineProvider({
  name: 'acme',
  isLocal: false,
  address: 'http://127.0.0.1:4000/v2',
  protocol: openaiChat,
  chatPath: () => '/converse',
  authenticate: (apiKey) => ({ 'x-acme-key': apiKey }),
  modelList: {
    path: '/engines',
    read: (body) => (isJsonObject(body) && Array.isArray(body['engines']) ? body['engines'].map((name) => ({ name: String(name) })) : []),
  },
  habits: {
    // Its stream has no role, counts tool calls from 1 and says twice that it is finished, on which OpenAI's SDK stumbles.
    breaksProtocol: true,
    // It answers 400 to `stream_options`.
    refusesStreamUsage: true,
  },
})
