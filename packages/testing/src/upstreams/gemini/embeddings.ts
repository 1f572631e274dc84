import * as z from 'zod/mini'
import { fixed } from '../api.ts'
import type { Call, Reply } from '../api.ts'
import { complaintFor } from '../complaint.ts'
import { embed } from '../embedding.ts'
import { parseJson } from '../prompt.ts'
import { content } from './content-request.ts'
import { geminiDialect } from './dialect.ts'
import { inCamelCase } from './field-names.ts'
import { textOf } from './prompt.ts'

const embedRequest = z.looseObject({
  content,
  outputDimensionality: z.optional(z.int().check(z.gte(1))),
  x_simulate: z.optional(z.unknown()),
})
const batchRequest = z.looseObject({ requests: z.array(embedRequest), x_simulate: z.optional(z.unknown()) })

const DIMENSIONS = 3072

/** One vector, or one for each of several; the vendor states no usage. */
export function embeddingReply(call: Call, model: string, method: 'embedContent' | 'batchEmbedContents'): Reply {
  const value = inCamelCase(parseJson(call.body))
  const isBatch = method === 'batchEmbedContents'
  const parsed = isBatch ? batchRequest.safeParse(value).data : embedRequest.safeParse(value).data
  if (parsed === undefined) {
    const message = `* ${isBatch ? 'BatchEmbedContentsRequest.requests' : 'EmbedContentRequest.content'}: content is not specified\n`
    return fixed(geminiDialect(model, false).refuse({ ...complaintFor(400, ''), message, code: null }), true)
  }
  const requests = 'requests' in parsed ? z.array(embedRequest).parse(parsed.requests) : [embedRequest.parse(parsed)]
  const embeddings = requests.map((request) => ({ values: embed(textOf(request.content), request.outputDimensionality ?? DIMENSIONS) }))
  return {
    kind: 'played',
    wire: 'gemini',
    wish: { field: parsed.x_simulate, text: requests.map((request) => textOf(request.content)).join('\n') },
    scene: (settings) => ({
      wire: 'gemini',
      dialect: geminiDialect(model, false),
      model,
      isStreamed: false,
      events: [],
      body: JSON.stringify(isBatch ? { embeddings } : { embedding: embeddings[0] }),
      contentDeltas: 0,
      usage: null,
      afterDeltas: settings.afterDeltas,
      nowMs: settings.nowMs,
      chat: null,
    }),
  }
}
