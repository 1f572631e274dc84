import { complaintFor } from '../complaint.ts'
import { json } from '../script.ts'
import type { Script } from '../script.ts'
import { errorBody } from './vendor-errors.ts'
import { HABITS } from './vendor.ts'
import type { Vendor } from './vendor.ts'

/** What a server says about its models and its health; `null` for any other path. */
export function catalogueScript(path: string, server: Catalogue): Script | null {
  const { pathname } = new URL(path, 'http://upstream')
  if (pathname.endsWith('/models'))
    return json(200, { object: 'list', data: server.models.map((model) => modelCard(model, server.vendor)) })
  const model = /\/models\/(.+)$/.exec(pathname)?.[1]
  if (model !== undefined) return oneModel(decodeURIComponent(model), server)
  switch (pathname) {
    case '/api/tags':
      return json(200, { models: server.models.map(ollamaCard) })
    case '/api/version':
      return json(200, { version: '0.0.0-simulated' })
    case '/health':
      return json(200, { status: 'ok' })
    case '/props':
      return json(200, { total_slots: 4, model_path: server.models[0] ?? '', default_generation_settings: { n_ctx: 8192 } })
    default:
      return null
  }
}

export interface Catalogue {
  readonly vendor: Vendor
  readonly models: readonly string[]
}

function oneModel(model: string, server: Catalogue): Script {
  if (server.models.includes(model)) return json(200, modelCard(model, server.vendor))
  return json(404, errorBody(server.vendor, complaintFor(404, model)))
}

function modelCard(model: string, vendor: Vendor): Record<string, unknown> {
  return { id: model, object: 'model', created: 1_700_000_000, owned_by: HABITS[vendor].ownedBy }
}

function ollamaCard(model: string): Record<string, unknown> {
  return {
    name: model,
    model,
    modified_at: '2026-01-01T00:00:00Z',
    size: 1_000_000,
    digest: '0'.repeat(64),
    details: { format: 'gguf', family: 'simulated', parameter_size: '1M', quantization_level: 'F16' },
  }
}
