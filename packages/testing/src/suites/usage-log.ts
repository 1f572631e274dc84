import type { RequestStatus, UsageLog, UsageRecord } from '@gateway/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

export interface UsageLogSuite {
  readonly name: string
  /** An empty log, ready for use. Called before each test; the suite closes it after. */
  readonly create: () => UsageLog | Promise<UsageLog>
}

/** What every `UsageLog` driver promises. */
export function testUsageLog(suite: UsageLogSuite): void {
  describe(`${suite.name} as a UsageLog`, () => {
    let log: UsageLog
    beforeEach(async () => {
      log = await suite.create()
    })
    afterEach(() => log.close())
    const open = (): UsageLog => log
    testKeeping(open)
    testListing(open)
    testRepetition(open)
  })
}

type Open = () => UsageLog

function testKeeping(open: Open): void {
  it('gives every field back as it was', async () => {
    await open().append([FULL])
    expect(await open().list({ limit: 10 })).toEqual([FULL])
  })

  it('keeps null apart from 0, and an unknown count apart from none', async () => {
    const unknown = record({ requestId: 'unknown' })
    const free = record({
      requestId: 'free',
      startedMs: 1,
      costNanoUsd: 0,
      firstTokenMs: 0,
      usage: { input: { tokens: 0, provenance: 'provider' } },
    })
    await open().append([unknown, free])
    expect(await open().list({ limit: 10 })).toEqual([free, unknown])
  })

  it('keeps the largest cost to the last nano-dollar', async () => {
    const dear = record({ costNanoUsd: Number.MAX_SAFE_INTEGER })
    await open().append([dear])
    expect((await open().list({ limit: 1 }))[0]?.costNanoUsd).toBe(Number.MAX_SAFE_INTEGER)
  })

  it.each(['success', 'failed', 'timeout', 'cancelled'] as const satisfies readonly RequestStatus[])(
    'keeps the status %s',
    async (status) => {
      await open().append([record({ status })])
      expect((await open().list({ limit: 1 }))[0]?.status).toBe(status)
    },
  )

  it.each(["'; DROP TABLE inference_logs; --", '__proto__', 'naïve ✓ 😀', '{"json":[1]}', ''])('keeps the text %j', async (text) => {
    const odd = record({ requestedModel: text, userId: text, errorMessage: text })
    await open().append([odd])
    expect(await open().list({ limit: 1 })).toEqual([odd])
  })

  it('takes an empty batch', async () => {
    await open().append([])
    expect(await open().list({ limit: 10 })).toEqual([])
  })

  it('takes a thousand records at once', async () => {
    await open().append(Array.from({ length: 1000 }, (_, index) => record({ requestId: `r${index}`, startedMs: index })))
    const listed = await open().list({ limit: 1000 })
    expect(listed).toHaveLength(1000)
    expect(new Set(listed.map((entry) => entry.requestId)).size).toBe(1000)
  })
}

function testListing(open: Open): void {
  const ids = async (query: Parameters<UsageLog['list']>[0]): Promise<readonly string[]> =>
    (await open().list(query)).map((entry) => entry.requestId)

  it('lists the newest first, in whatever order they came', async () => {
    await open().append([at('b', 20), at('d', 40)])
    await open().append([at('a', 10), at('c', 30)])
    expect(await ids({ limit: 10 })).toEqual(['d', 'c', 'b', 'a'])
  })

  it('lists no more than was asked for', async () => {
    await open().append([at('a', 10), at('b', 20), at('c', 30)])
    expect(await ids({ limit: 2 })).toEqual(['c', 'b'])
  })

  it('lists only what began before a time', async () => {
    await open().append([at('a', 10), at('b', 20), at('c', 30)])
    expect(await ids({ limit: 10, beforeMs: 30 })).toEqual(['b', 'a'])
    expect(await ids({ limit: 1, beforeMs: 30 })).toEqual(['b'])
    expect(await ids({ limit: 10, beforeMs: 10 })).toEqual([])
  })

  it('lists all of those that began at the same time', async () => {
    await open().append([at('a', 10), at('b', 10), at('c', 10)])
    expect((await ids({ limit: 10 })).toSorted()).toEqual(['a', 'b', 'c'])
  })

  it('lists what was appended at the same time by many', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => open().append([at(`p${index}`, index)])))
    expect(await ids({ limit: 100 })).toHaveLength(20)
  })
}

function testRepetition(open: Open): void {
  it('keeps a batch once that is sent twice', async () => {
    const batch = [at('a', 10), at('b', 20)]
    await open().append(batch)
    await open().append(batch)
    expect(await open().list({ limit: 10 })).toEqual([batch[1], batch[0]])
  })

  it('keeps what is new in a batch that is partly known', async () => {
    await open().append([at('a', 10)])
    await open().append([at('a', 10), at('b', 20)])
    expect((await open().list({ limit: 10 })).map((entry) => entry.requestId)).toEqual(['b', 'a'])
  })

  it('keeps a request once that stands twice in one batch', async () => {
    await open().append([at('a', 10), at('a', 10)])
    expect(await open().list({ limit: 10 })).toHaveLength(1)
  })

  it('may be closed twice', async () => {
    await open().close()
    await expect(open().close()).resolves.toBeUndefined()
  })
}

const FULL: UsageRecord = {
  requestId: 'req-1',
  startedMs: 1_790_000_000_123,
  userId: 'user-7',
  requestedModel: 'gpt-x',
  model: 'gpt-x-2026-01-01',
  provider: 'openai',
  endpoint: 'openai-eu',
  usage: {
    input: { tokens: 4020, provenance: 'provider' },
    cachedInput: { tokens: 4012, provenance: 'provider' },
    cacheWrite: { tokens: 8, provenance: 'computed' },
    output: { tokens: 40, provenance: 'partial' },
    reasoning: { tokens: 16, provenance: 'estimated' },
    inputAudio: { tokens: 1, provenance: 'provider' },
    outputAudio: { tokens: 2, provenance: 'provider' },
    inputImage: { tokens: 3, provenance: 'provider' },
    outputImage: { tokens: 4, provenance: 'provider' },
  },
  costNanoUsd: 1_234_567,
  latencyMs: 812,
  firstTokenMs: 203,
  status: 'success',
  errorMessage: 'one of three attempts failed',
  strategy: 'cost-optimized',
  attempts: 2,
  isStreaming: true,
  wasCached: true,
  warnings: ['dropped:logit_bias', 'emulated:max_tokens'],
}

/** A request of which as little is known as may be. */
function record(known: Partial<UsageRecord>): UsageRecord {
  return {
    requestId: 'req-0',
    startedMs: 0,
    userId: null,
    requestedModel: 'm',
    model: null,
    provider: null,
    endpoint: null,
    usage: {},
    costNanoUsd: null,
    latencyMs: 0,
    firstTokenMs: null,
    status: 'failed',
    errorMessage: null,
    strategy: 'cost-optimized',
    attempts: 0,
    isStreaming: false,
    wasCached: false,
    warnings: [],
    ...known,
  }
}

function at(requestId: string, startedMs: number): UsageRecord {
  return record({ requestId, startedMs })
}
