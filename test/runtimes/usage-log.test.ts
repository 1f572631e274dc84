import { connect } from 'node:net'
import { spawnUpstream, type Totals, type UpstreamControl } from '@gateway/testing/upstreams'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { REQUEST_KINDS } from './mixed-requests.ts'
import { RUNTIMES, type Row, type RunningGateway } from './runtimes.ts'
import { sendMixed, type SeenRequest } from './send-mixed.ts'

const TOKEN = 'the-token-of-the-gateway'
const MODEL = 'sim-chat'
const REQUESTS = 1_000

for (const runtime of RUNTIMES) {
  describe(`the usage log on ${runtime.name}`, () => {
    let upstreams: readonly UpstreamControl[] = []
    let gateway: RunningGateway
    let seen: readonly SeenRequest[]
    let rows: ReadonlyMap<string, Row>

    beforeAll(async () => {
      upstreams = await Promise.all([
        spawnUpstream({ name: 'first', vendor: 'openai', models: [MODEL] }),
        spawnUpstream({ name: 'second', vendor: 'groq', models: [MODEL] }),
      ])
      gateway = await runtime.start({ configuration: configurationOf(upstreams), env: { AUTH_TOKEN: TOKEN } })
      seen = await sendMixed(REQUEST_KINDS, { url: gateway.url, token: TOKEN, model: MODEL, concurrency: 32 })
      rows = await rowsOf(gateway, 'true', REQUESTS)
    }, 120_000)

    afterAll(async () => {
      await gateway?.stop()
      await Promise.all(upstreams.map((upstream) => upstream.close()))
    })

    it('has exactly one row for each request that a client made', () => {
      expect(seen).toHaveLength(REQUESTS)
      expect(rows.size).toBe(REQUESTS)
      expect(new Set(rows.keys())).toEqual(new Set(seen.map(({ id }) => id)))
    })

    it('says how each request ended, as its client saw it', () => {
      const differences = seen.flatMap(({ kind, id, status, end }) => {
        const expected = JSON.stringify({ ...kind.seen, ...kind.row })
        const found = JSON.stringify({ status, end, ...summaryOf(rows.get(id), kind.row.deltas !== undefined) })
        return found === expected ? [] : [`${kind.name}: found ${found}, expected ${expected}`]
      })
      expect([...new Set(differences)]).toEqual([])
    })

    it('adds up to what the providers say they sent', async () => {
      const snapshots = await Promise.all(upstreams.map((upstream) => upstream.snapshot()))
      const stated = [...rows.values()].filter((row) => provenanceOf(row) === 'provider')
      expect(stated.length).toBeGreaterThan(600)
      expect(sumsOfRows(stated)).toEqual(sumsOfTotals(snapshots.map(({ totals }) => totals)))
    })

    it('has a row for each client that left before its answer', async () => {
      const before = rows.size
      for (const stream of [true, false]) await Promise.all(Array.from({ length: 5 }, () => leaveBeforeAnswer(gateway.url, stream)))
      const left = await rowsOf(
        gateway,
        `requested_model = '${MODEL}' AND attempts = 1 AND completion_tokens IS NULL AND status = 'cancelled'`,
        10,
      )
      expect([...left.values()].filter((row) => row['is_streaming'] === 1)).toHaveLength(5)
      expect((await rowsOf(gateway, 'true', before + 10)).size).toBe(before + 10)
    })
  })
}

function configurationOf([first, second]: readonly UpstreamControl[]): object {
  return {
    providers: { openai: { baseUrl: first?.url }, groq: { baseUrl: second?.url } },
    routing: {
      failover: { maxAttempts: 2 },
      // The idle clock outlasts a client that leaves, and no healthy answer takes as long as the others.
      clocks: { connectMs: 5_000, firstByteMs: 10_000, idleMs: 3_000 },
      backoff: { initialMs: 10, maxMs: 50 },
    },
    log: { level: 'warn' },
  }
}

/** All rows that match, by request, once there are so many: the log is written after the answers. */
async function rowsOf(gateway: RunningGateway, where: string, count: number): Promise<ReadonlyMap<string, Row>> {
  const sql = `SELECT * FROM inference_logs WHERE ${where}`
  const options = { timeout: 8_000, interval: 100 }
  await vi.waitFor(async () => expect((await gateway.query(sql)).length).toBeGreaterThanOrEqual(count), options)
  return new Map((await gateway.query(sql)).map((row) => [String(row['request_id']), row]))
}

/** In the words of an expectation. */
function summaryOf(row: Row | undefined, countsDeltas: boolean): object {
  if (row === undefined) return { row: null }
  const { status, attempts, provider, completion_tokens: deltas } = row
  return { status, attempts, provider, provenance: provenanceOf(row), ...(countsDeltas ? { deltas } : {}) }
}

/** Where the count of the output comes from. */
function provenanceOf(row: Row): string | null {
  const { output }: { readonly output?: string } = JSON.parse(String(row['usage_provenance']))
  return output ?? null
}

interface Sums {
  readonly prompt: number
  readonly completion: number
  readonly cached: number
  readonly reasoning: number
}

function sumsOfRows(rows: readonly Row[]): Sums {
  const sum = (column: string): number => rows.reduce((total, row) => total + Number(row[column]), 0)
  return {
    prompt: sum('prompt_tokens'),
    completion: sum('completion_tokens'),
    cached: sum('cached_prompt_tokens'),
    reasoning: sum('reasoning_tokens'),
  }
}

function sumsOfTotals(totals: readonly Totals[]): Sums {
  const sum = (field: keyof Totals): number => totals.reduce((total, one) => total + one[field], 0)
  return {
    prompt: sum('promptTokens'),
    completion: sum('completionTokens'),
    cached: sum('cachedTokens'),
    reasoning: sum('reasoningTokens'),
  }
}

/** Asks what is never answered, and resets the connection, as a process that is killed does. */
async function leaveBeforeAnswer(url: string, stream: boolean): Promise<void> {
  const { hostname, port } = new URL(url)
  const body = JSON.stringify({
    model: MODEL,
    stream,
    messages: [{ role: 'user', content: 'Hello' }],
    x_simulate: { first: { fault: 'headers-never' } },
  })
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    `host: ${hostname}`,
    `authorization: Bearer ${TOKEN}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  const socket = connect(Number(port), hostname)
  socket.on('error', () => socket.destroy())
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  await new Promise((resolve) => setTimeout(resolve, 300))
  socket.resetAndDestroy()
}
