import type { Complaint } from '../complaint.ts'
import { cloudflareError } from '../workers-ai/errors.ts'
import type { Vendor } from './vendor.ts'

/** What a vendor says about an error, in its own shape (compared with recordings in `vendor-errors.test.ts`). */
export function errorBody(vendor: Vendor, complaint: Complaint): unknown {
  switch (vendor) {
    case 'openai':
      return { error: { message: complaint.message, type: complaint.type, param: complaint.param ?? null, code: complaint.code } }
    case 'groq':
      return { error: { message: complaint.message, type: complaint.type, code: complaint.code } }
    case 'openrouter':
      return { error: { code: complaint.status, message: complaint.message, metadata: { provider_name: 'Simulated' } } }
    case 'ollama':
      return { error: { message: complaint.message, type: complaint.type, param: null, code: null } }
    case 'workers-ai':
      return cloudflareError(complaint)
    case 'llamacpp':
      return { error: { code: complaint.status, message: complaint.message, type: complaint.type } }
  }
}
