import type { Complaint } from '../complaint.ts'

/** What Cloudflare says about an error, in the envelope of all its APIs. */
export function cloudflareError(complaint: Complaint): unknown {
  return { result: null, success: false, errors: [errorOf(complaint)], messages: [] }
}

/** Codes as in https://developers.cloudflare.com/workers-ai/platform/errors/ */
const CODES: ReadonlyMap<number, number> = new Map([
  [400, 5004],
  [401, 10_000],
  [403, 5018],
  [404, 5007],
  [408, 3007],
  [413, 3006],
  [429, 3040],
])

function errorOf(complaint: Complaint): { readonly message: string; readonly code: number } {
  switch (complaint.code) {
    case 'context_length_exceeded':
      return {
        message:
          'AiError: AiError: The estimated number of input and maximum output tokens (9000) exceeded this model context window limit (7968).',
        code: 5021,
      }
    case 'insufficient_quota':
      return { message: 'AiError: you have used up your daily free allocation of 10,000 neurons.', code: 4006 }
    default:
      return { message: `AiError: ${complaint.message}`, code: CODES.get(complaint.status) ?? 3043 }
  }
}
