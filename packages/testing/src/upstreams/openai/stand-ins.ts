import { createHash } from 'node:crypto'
import * as z from 'zod/mini'
import { fixed } from '../api.ts'
import type { Call, Identity, Reply } from '../api.ts'
import { complaintFor } from '../complaint.ts'
import { parseJson } from '../prompt.ts'
import { json, send } from '../script.ts'
import type { Script } from '../script.ts'
import type { SaidUsage } from '../wire.ts'
import { chatDialect } from './dialect.ts'
import { plainScene } from './plain-scene.ts'

/** What came, as the server saw it: rides on every such answer as `x_echo`. */
export interface Echo {
  readonly method: string
  readonly path: string
  readonly contentType: string | null
  readonly model: string | null
  readonly bytes: number
  /** Of the body, in hex. */
  readonly sha256: string
  /** The fields of a form: a text as it is, a file as its name and its hash. */
  readonly form: Readonly<Record<string, string>> | null
}

/** The answer to a POST to one of the APIs that answer simply and truthfully what they got; `null` for any other path. */
export async function standInReply(call: Call, identity: Identity): Promise<Reply | null> {
  const kind = KINDS.find((known) => call.url.pathname.endsWith(known))
  if (kind === undefined || call.method !== 'POST') return null
  const echo = await echoOf(call)
  if (echo.model !== null && !identity.models.includes(echo.model)) {
    return fixed(chatDialect(identity.vendor, '').refuse(complaintFor(404, echo.model)), true)
  }
  if (kind === '/audio/speech') return fixed(speech(echo), true)
  const { said, usage } = ANSWERS[kind](echo, parseJson(call.body))
  const parsed = withWish.safeParse(parseJson(call.body))
  return {
    kind: 'played',
    wire: 'openai-plain',
    wish: { field: parsed.success ? parsed.data.x_simulate : undefined, text: echo.form?.['prompt'] ?? '' },
    scene: plainScene({
      dialect: chatDialect(identity.vendor, echo.model ?? ''),
      model: echo.model ?? '',
      body: JSON.stringify({ ...said, x_echo: echo, x_simulated: { upstream: identity.name } }),
      usage,
    }),
  }
}

/** What a GET or DELETE of files answers; `null` for any other path. */
export function fileReply(call: Call): Reply | null {
  const [, id, rest] = /\/files(?:\/([^/]+))?(\/content)?$/.exec(call.url.pathname) ?? []
  if (!/\/files(\/|$)/.test(call.url.pathname)) return null
  if (id === undefined) return fixed(json(200, { object: 'list', data: [], has_more: false }))
  if (call.method === 'DELETE') return fixed(json(200, { id, object: 'file', deleted: true }))
  if (rest !== undefined) return fixed({ head: { status: 200, headers: BINARY }, steps: [send(`content of ${id}`)] })
  return fixed(json(200, { ...FILE, id }))
}

const KINDS = [
  '/moderations',
  '/images/generations',
  '/audio/transcriptions',
  '/audio/translations',
  '/audio/speech',
  '/files',
  '/rerank',
] as const
type Kind = Exclude<(typeof KINDS)[number], '/audio/speech'>

const withWish = z.looseObject({ x_simulate: z.optional(z.unknown()) })

const BINARY = { 'content-type': 'application/octet-stream' } as const

const FILE = {
  id: 'file-simulated',
  object: 'file',
  bytes: 0,
  created_at: 1_767_225_600,
  filename: 'simulated',
  purpose: 'batch',
  status: 'processed',
}

interface Said {
  readonly said: Readonly<Record<string, unknown>>
  readonly usage: SaidUsage | null
}

const ANSWERS: Readonly<Record<Kind, (echo: Echo, body: unknown) => Said>> = {
  '/moderations': ({ model }, body) => {
    const text = JSON.stringify(body)
    const isBad = /\brefuse\b/i.test(text)
    const result = { flagged: isBad, categories: { violence: isBad }, category_scores: { violence: isBad ? 0.99 : 0.01 } }
    return { said: { id: 'modr-simulated', model, results: [result] }, usage: null }
  },
  '/images/generations': () => {
    const usage = { promptTokens: 10, completionTokens: 100, cachedTokens: 0, reasoningTokens: 0 }
    return { said: { created: 1_767_225_600, data: [{ b64_json: PIXEL }], usage: tokenUsage(usage) }, usage }
  },
  '/audio/transcriptions': (echo) => transcript(echo),
  '/audio/translations': (echo) => transcript(echo),
  '/files': ({ form, bytes }) => ({
    said: { ...FILE, bytes, filename: form?.['file']?.split(' ')[0] ?? FILE.filename, purpose: form?.['purpose'] ?? FILE.purpose },
    usage: null,
  }),
  '/rerank': ({ model }, body) => {
    const { documents } = z.looseObject({ documents: z.array(z.unknown()) }).parse({ documents: [], ...Object(body) })
    const results = documents.map((_, index) => ({ index, relevance_score: 1 / (index + 1) }))
    return { said: { id: 'rerank-simulated', model, results, usage: { total_tokens: documents.length } }, usage: null }
  },
}

function transcript({ form }: Echo): Said {
  const usage = { promptTokens: 20, completionTokens: 5, cachedTokens: 0, reasoningTokens: 0 }
  return {
    said: { text: `Simulated transcript of ${form?.['file'] ?? 'nothing'}`, usage: { type: 'tokens', ...tokenUsage(usage) } },
    usage,
  }
}

function tokenUsage({ promptTokens, completionTokens }: SaidUsage): Readonly<Record<string, number>> {
  return { input_tokens: promptTokens, output_tokens: completionTokens, total_tokens: promptTokens + completionTokens }
}

/** Bytes that are no text, so that whoever passes them on must pass them as they are. */
function speech(echo: Echo): Script {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
  return {
    head: { status: 200, headers: { 'content-type': 'audio/mpeg', 'x-echo-sha256': echo.sha256 } },
    steps: [send(bytes)],
  }
}

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

async function echoOf(call: Call): Promise<Echo> {
  const contentType = call.headers['content-type'] ?? null
  const form = contentType?.startsWith('multipart/form-data') === true ? await formOf(call, contentType) : null
  const { model } = z.looseObject({ model: z.optional(z.string()) }).safeParse(parseJson(call.body)).data ?? {}
  return {
    method: call.method,
    path: call.url.pathname + call.url.search,
    contentType,
    model: model ?? form?.['model'] ?? null,
    bytes: call.bytes.length,
    sha256: hashOf(call.bytes),
    form,
  }
}

async function formOf(call: Call, contentType: string): Promise<Readonly<Record<string, string>>> {
  const form = await new Response(Uint8Array.from(call.bytes), { headers: { 'content-type': contentType } }).formData()
  const fields = [...form].map(async ([name, value]): Promise<[string, string]> => {
    if (typeof value === 'string') return [name, value]
    return [name, `${value.name} ${hashOf(new Uint8Array(await value.arrayBuffer()))}`]
  })
  return Object.fromEntries(await Promise.all(fields))
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
