import * as z from 'zod/mini'
import { fixed } from '../api.ts'
import type { Call, Identity, Reply } from '../api.ts'
import { complaintFor } from '../complaint.ts'
import { embed } from '../embedding.ts'
import { parseJson } from '../prompt.ts'
import { someTexts, textsOf } from './completions.ts'
import { chatDialect } from './dialect.ts'
import { plainScene } from './plain-scene.ts'

const request = z.looseObject({
  model: z.string(),
  input: someTexts,
  encoding_format: z.optional(z.nullable(z.enum(['float', 'base64']))),
  dimensions: z.optional(z.nullable(z.int().check(z.gte(1)))),
  x_simulate: z.optional(z.unknown()),
})

const DIMENSIONS = 1536

/** The answer to a POST to `…/embeddings`. */
export function embeddingReply(call: Call, identity: Identity): Reply {
  const dialect = chatDialect(identity.vendor, '')
  const parsed = request.safeParse(parseJson(call.body))
  if (!parsed.success) {
    const param = parsed.error.issues[0]?.path.join('.') ?? null
    return fixed(
      dialect.refuse({ status: 400, message: `'$.${param}' is invalid.`, type: 'invalid_request_error', code: null, param }),
      true,
    )
  }
  const wanted = parsed.data
  if (!identity.models.includes(wanted.model)) return fixed(dialect.refuse(complaintFor(404, wanted.model)), true)
  const texts = textsOf(wanted.input)
  const promptTokens = texts.reduce((sum, { tokens }) => sum + tokens, 0)
  const data = texts.map(({ text }, index) => {
    const values = embed(text, wanted.dimensions ?? DIMENSIONS)
    return { object: 'embedding', index, embedding: wanted.encoding_format === 'base64' ? inBase64(values) : values }
  })
  const usage = { prompt_tokens: promptTokens, total_tokens: promptTokens }
  return {
    kind: 'played',
    wire: 'openai-plain',
    wish: { field: wanted.x_simulate, text: texts.map(({ text }) => text).join('\n') },
    scene: plainScene({
      dialect,
      model: wanted.model,
      body: JSON.stringify({ object: 'list', data, model: wanted.model, usage, x_simulated: { upstream: identity.name } }),
      usage: { promptTokens, completionTokens: 0, cachedTokens: 0, reasoningTokens: 0 },
    }),
  }
}

/** Four bytes a number, the lowest first. */
function inBase64(values: readonly number[]): string {
  return Buffer.from(Float32Array.from(values).buffer).toString('base64')
}
