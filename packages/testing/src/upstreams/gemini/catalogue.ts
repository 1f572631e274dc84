import type { Identity } from '../api.ts'
import { json } from '../script.ts'
import type { Script } from '../script.ts'

/** What the server says about its models; `null` for any other path, and for a model that it does not have. */
export function catalogueScript(path: string, { models }: Identity): Script | null {
  if (path.endsWith('/models')) return json(200, { models: models.map(card) })
  const name = /\/models\/(.+)$/.exec(path)?.[1]
  const model = name === undefined ? undefined : models.find((known) => known === decodeURIComponent(name))
  return model === undefined ? null : json(200, card(model))
}

function card(model: string): Record<string, unknown> {
  return {
    name: `models/${model}`,
    version: '001',
    displayName: `Simulated ${model}`,
    inputTokenLimit: 1_048_576,
    outputTokenLimit: 65_536,
    supportedGenerationMethods: ['generateContent', 'countTokens', 'embedContent', 'batchEmbedContents'],
    thinking: true,
  }
}
