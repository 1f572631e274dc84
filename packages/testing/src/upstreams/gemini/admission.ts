import type { Call, Identity } from '../api.ts'
import type { Script } from '../script.ts'
import { geminiDialect } from './dialect.ts'

/** Whether a request comes with a key, in the header or in the query. `null` where it may in. */
export function admission(call: Call, identity: Identity): Script | null {
  const key = call.headers['x-goog-api-key'] ?? call.url.searchParams.get('key') ?? ''
  const { refuse } = geminiDialect('', false)
  if (key === '') return refuse({ status: 403, message: NO_KEY, type: '', code: null })
  if (identity.apiKey === null || key === identity.apiKey) return null
  return refuse({ status: 400, message: 'API key not valid. Please pass a valid API key.', type: '', code: 'API_KEY_INVALID' })
}

const NO_KEY =
  "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API."
