import { testProvider } from '@gateway/testing/suites/provider'
import { startUpstream, type Upstream } from '@gateway/testing/upstreams'
import { afterAll, beforeAll, describe } from 'vitest'
import { anthropic } from './anthropic.ts'
import { azureOpenai } from './azure-openai.ts'
import { deepseek } from './deepseek.ts'
import { fireworks } from './fireworks.ts'
import { gemini } from './gemini.ts'
import { groq } from './groq.ts'
import { llamacpp } from './llamacpp.ts'
import { mistral } from './mistral.ts'
import { ollama } from './ollama.ts'
import { openaiCompatible } from './openai-compatible.ts'
import { openai } from './openai.ts'
import { openrouter } from './openrouter.ts'
import { together } from './together.ts'
import { workersAi } from './workers-ai/workers-ai.ts'
import { xai } from './xai.ts'

const apiKey = 'upstream-key'

const SPEAK_OPENAI = [
  [openai, 'openai'],
  [groq, 'groq'],
  [openrouter, 'openrouter'],
  [ollama, 'ollama'],
  [llamacpp, 'llamacpp'],
  [openaiCompatible, 'openai'],
  [mistral, 'openai'],
  [deepseek, 'openai'],
  [xai, 'openai'],
  [together, 'openai'],
  [fireworks, 'openai'],
] as const

for (const [create, vendor] of SPEAK_OPENAI) {
  const { name, protocol, alsoSpeaks = [] } = create.declaration
  // The simulated server has no Messages.
  const protocols = [protocol.name, ...alsoSpeaks.map((spoken) => spoken.protocol.name)].filter((spoken) => spoken.startsWith('openai-'))
  describe(name, () => {
    const upstream = started(() => startUpstream({ vendor, apiKey }))
    testProvider({ name, create, upstream, apiKey, protocols })
  })
}

describe('anthropic', () => {
  const upstream = started(() => startUpstream({ api: 'anthropic', apiKey }))
  testProvider({ name: 'anthropic', create: anthropic, upstream, apiKey })
})

describe('gemini', () => {
  const upstream = started(() => startUpstream({ api: 'gemini', apiKey }))
  testProvider({ name: 'gemini', create: gemini, upstream, apiKey })
})

describe('workers-ai', () => {
  const model = '@cf/meta/llama-3.3-70b-instruct-fp8-fast'
  const upstream = started(() => startUpstream({ api: 'workers-ai', apiKey, models: [model] }))
  const create = (settings: { readonly baseUrl: string; readonly apiKey: string }) => workersAi({ ...settings, accountId: 'house' })
  const protocols = ['workers-ai', 'openai-chat']
  // Its 429 says that it is out of capacity, not that this caller asks too often.
  testProvider({ name: 'workers-ai', create, upstream, apiKey, model, protocols, withoutFaults: ['rate-limited'] })
})

describe('azure-openai', () => {
  const upstream = started(() => startUpstream({ apiKey }))
  // The simulated server wants a bearer token.
  const headers = { authorization: `Bearer ${apiKey}` }
  const version = (apiVersion?: string) => (settings: { readonly baseUrl: string; readonly apiKey: string }) =>
    azureOpenai({ ...settings, ...(apiVersion ? { apiVersion } : {}), headers: settings.apiKey === apiKey ? headers : {} })
  testProvider({ name: 'azure-openai', create: version(), upstream, apiKey, listsModels: false })
  testProvider({ name: 'azure-openai of a date', create: version('2024-10-21'), upstream, apiKey, listsModels: false })
})

/** Runs while the tests around it do. */
function started(start: () => Promise<Upstream>): () => Upstream {
  let upstream: Upstream | null = null
  beforeAll(async () => {
    upstream = await start()
  })
  afterAll(() => upstream?.close())
  return () => {
    if (upstream) return upstream
    throw new Error('The server is not started yet.')
  }
}
