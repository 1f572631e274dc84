/** What a server finds wrong, before a vendor puts it in its own shape. */
export interface Complaint {
  readonly status: number
  readonly message: string
  readonly type: string
  readonly code: string | null
  readonly param?: string | null
}

/**
 * What the servers say for each status; 401, 403 and 429 repeat a piece of a key, which must never reach a client.
 * Texts follow the recordings in `__fixtures__` and OpenAI's list of error codes.
 */
export function complaintFor(status: number, model: string): Complaint {
  const known = COMPLAINTS[status]
  if (known === undefined) return { status, message: `The server had an error (${status}).`, type: 'server_error', code: null }
  return { ...known, status, message: known.message.replace('{model}', model) }
}

/** The piece of a credential that a careless vendor repeats in its messages. */
export const LEAKED_KEY = 'sk-proj-LEAKED00000000000000MxYA'

const COMPLAINTS: Readonly<Record<number, Omit<Complaint, 'status'>>> = {
  400: {
    message: "Invalid 'messages[0]'. Content blocks are expected to be either text or image_url type.",
    type: 'invalid_request_error',
    code: 'invalid_value',
    param: 'messages[0]',
  },
  401: {
    message: `Incorrect API key provided: ${LEAKED_KEY}. You can find your API key at https://platform.openai.com/account/api-keys.`,
    type: 'invalid_request_error',
    code: 'invalid_api_key',
  },
  402: { message: 'Insufficient credits. Add more credits and retry the request.', type: 'payment_required', code: 'payment_required' },
  403: { message: `Key ${LEAKED_KEY} does not have access to this project.`, type: 'invalid_request_error', code: 'forbidden' },
  404: {
    message: 'The model `{model}` does not exist or you do not have access to it.',
    type: 'invalid_request_error',
    code: 'model_not_found',
  },
  408: { message: 'Request timed out.', type: 'timeout', code: 'request_timeout' },
  409: { message: 'The resource is locked by another request.', type: 'conflict_error', code: 'conflict' },
  413: { message: 'Request entity too large.', type: 'invalid_request_error', code: 'request_too_large' },
  422: { message: 'Unprocessable entity.', type: 'invalid_request_error', code: 'unprocessable_entity' },
  425: { message: 'Too early.', type: 'server_error', code: null },
  429: {
    message: `Rate limit reached for {model} in organization org-x on tokens per min. Key ${LEAKED_KEY}.`,
    type: 'tokens',
    code: 'rate_limit_exceeded',
  },
  500: { message: 'The server had an error while processing your request. Sorry about that!', type: 'server_error', code: null },
  502: { message: 'Bad gateway.', type: 'server_error', code: null },
  503: { message: 'The model is overloaded. Please try again later.', type: 'server_error', code: 'service_unavailable' },
  504: { message: 'Gateway timeout.', type: 'server_error', code: null },
  529: { message: 'Overloaded', type: 'overloaded_error', code: null },
}
