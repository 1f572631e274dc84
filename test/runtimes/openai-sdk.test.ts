import { spawnUpstream, type UpstreamControl } from '@gateway/testing/upstreams'
import { testOpenAiSdk } from '@gateway/testing/suites/openai-sdk'
import { afterAll, beforeAll, describe } from 'vitest'
import { RUNTIMES, type RunningGateway } from './runtimes.ts'

const TOKEN = 'the-token-of-the-gateway'
const KEYS = { first: 'sk-first-upstream-0123456789', second: 'gsk-second-upstream-0123456789', odd: 'odd-upstream-0123456789' } as const

for (const runtime of RUNTIMES) {
  describe(runtime.name, () => {
    let upstreams: { first: UpstreamControl; second: UpstreamControl; odd: UpstreamControl }
    let gateway: RunningGateway | undefined

    beforeAll(async () => {
      const [first, second, odd] = await Promise.all([
        spawnUpstream({ name: 'first', vendor: 'openai', models: ['sim-chat'], apiKey: KEYS.first }),
        spawnUpstream({ name: 'second', vendor: 'groq', models: ['sim-chat'], apiKey: KEYS.second }),
        spawnUpstream({ name: 'odd', models: ['sim-odd'], apiKey: KEYS.odd }),
      ])
      upstreams = { first, second, odd }
      gateway = await runtime.start({ configuration: configurationOf(upstreams), env: { ...ENVIRONMENT } })
    }, 90_000)

    afterAll(async () => {
      await gateway?.stop()
      await Promise.all(Object.values(upstreams).map((upstream) => upstream.close()))
    })

    testOpenAiSdk({
      name: runtime.name,
      baseUrl: () => gateway?.url ?? '',
      token: TOKEN,
      upstreams: () => upstreams,
      secrets: Object.values(KEYS),
      seesCloseBeforeAnswer: runtime.name !== 'workerd',
      normalized: { upstream: () => upstreams.odd, model: 'odd/sim-odd' },
    })
  })
}

const ENVIRONMENT = { FIRST_KEY: KEYS.first, SECOND_KEY: KEYS.second, ODD_KEY: KEYS.odd, AUTH_TOKEN: TOKEN } as const

function configurationOf(upstreams: Readonly<Record<'first' | 'second' | 'odd', UpstreamControl>>): object {
  return {
    providers: {
      openai: { baseUrl: upstreams.first.url, apiKey: { env: 'FIRST_KEY' } },
      groq: { baseUrl: upstreams.second.url, apiKey: { env: 'SECOND_KEY' } },
      odd: { baseUrl: upstreams.odd.url, apiKey: { env: 'ODD_KEY' }, habits: { breaksProtocol: true } },
    },
    routing: {
      clocks: { connectMs: 1_000, firstByteMs: 1_000, wholeReplyMs: 1_000, idleMs: 1_000 },
      backoff: { initialMs: 10, maxMs: 50 },
    },
    log: { level: 'debug' },
  }
}
