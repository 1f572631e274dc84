import * as z from 'zod/mini'
import { fixed } from '../api.ts'
import type { Call, Identity, Reply } from '../api.ts'
import { embed } from '../embedding.ts'
import { countWords, parseJson } from '../prompt.ts'
import { OLLAMA, refuse } from './dialect.ts'

const request = z.looseObject({
  model: z.string(),
  input: z.union([z.string(), z.array(z.string())]),
  dimensions: z.optional(z.int().check(z.gte(1))),
  x_simulate: z.optional(z.unknown()),
})

const DIMENSIONS = 768

/** The answer to a POST to `/api/embed`. */
export function embedReply(call: Call, identity: Identity): Reply {
  const wanted = request.safeParse(parseJson(call.body)).data
  if (wanted === undefined) return fixed(refuse(400, 'invalid input type'), true)
  if (!identity.models.includes(wanted.model)) return fixed(refuse(404, `model "${wanted.model}" not found, try pulling it first`), true)
  const texts = [wanted.input].flat()
  const promptTokens = texts.reduce((sum, text) => sum + countWords(text), 0)
  const embeddings = texts.map((text) => embed(text, wanted.dimensions ?? DIMENSIONS))
  const body = { model: wanted.model, embeddings, total_duration: 14_143_917, load_duration: 1_019_500, prompt_eval_count: promptTokens }
  return {
    kind: 'played',
    wire: 'ollama',
    wish: { field: wanted.x_simulate, text: texts.join('\n') },
    scene: ({ afterDeltas, nowMs }) => ({
      wire: 'ollama',
      dialect: OLLAMA,
      model: wanted.model,
      isStreamed: false,
      events: [],
      body: JSON.stringify(body),
      contentDeltas: 0,
      usage: { promptTokens, completionTokens: 0, cachedTokens: 0, reasoningTokens: 0 },
      afterDeltas,
      nowMs,
      chat: null,
    }),
  }
}
