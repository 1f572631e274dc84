import { afterAll, beforeAll, beforeEach, describe } from 'vitest'
import { controlOf } from '../upstreams/control.ts'
import type { UpstreamControl } from '../upstreams/control.ts'
import { startUpstream } from '../upstreams/upstream.ts'
import { testAbort } from './openai-sdk/abort.ts'
import { testChat } from './openai-sdk/chat.ts'
import { testStream } from './openai-sdk/stream.ts'
import { createSubject } from './openai-sdk/subject.ts'

// What a client may expect of a provider, the simulated one must give by itself; the rest of the suite needs a gateway.
let first: UpstreamControl
let second: UpstreamControl

beforeAll(async () => {
  first = controlOf(await startUpstream())
  second = controlOf(await startUpstream())
})

beforeEach(() => first.reset())

afterAll(async () => {
  await first.close()
  await second.close()
})

describe('a simulated upstream through the openai SDK', () => {
  const subject = createSubject({
    name: 'upstream',
    baseUrl: () => first.url,
    token: null,
    upstreams: () => ({ first, second }),
    normalized: null,
    secrets: [],
  })
  testChat(subject)
  testStream(subject)
  testAbort(subject)
})
