import type { JsonObject } from '@gateway/core'

/** What a response says of the answer itself, beside all that it repeats of the request. */
export interface ResponseHead {
  readonly id: string
  /** Seconds since 1970. */
  readonly createdAt: number
  readonly model: string
}

/**
 * A response with every field that clients require. What was asked is not known where an answer is written: what a response
 * repeats of it stands at the vendor's defaults. Nothing is ever stored.
 * Source: https://platform.openai.com/docs/api-reference/responses/object
 */
export function responseObject(head: ResponseHead, fields: JsonObject): JsonObject {
  return {
    id: responseId(head.id),
    object: 'response',
    access_programs: null,
    created_at: head.createdAt,
    status: 'in_progress',
    background: false,
    completed_at: null,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    max_tool_calls: null,
    model: head.model,
    output: [],
    parallel_tool_calls: true,
    previous_response_id: null,
    prompt_cache_key: null,
    prompt_cache_retention: null,
    reasoning: { effort: null, summary: null },
    safety_identifier: null,
    service_tier: null,
    store: false,
    temperature: null,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_logprobs: 0,
    top_p: null,
    truncation: 'disabled',
    usage: null,
    user: null,
    metadata: {},
    ...fields,
  }
}

/** What a response repeats of its request, derives from what else it says, or says of the account: not the model's words. */
export const REPEATED_FIELDS: ReadonlySet<string> = new Set([
  'access_programs',
  'background',
  'billing',
  'completed_at',
  'conversation',
  'error',
  'frequency_penalty',
  'incomplete_details',
  'instructions',
  'max_output_tokens',
  'max_tool_calls',
  'metadata',
  'output_text',
  'parallel_tool_calls',
  'presence_penalty',
  'previous_response_id',
  'prompt',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'reasoning',
  'safety_identifier',
  'store',
  'temperature',
  'text',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'truncation',
  'user',
])

/** Gives each item of one response an id of its own, made of the response's. */
export function createItemIds(response: string): (prefix: string) => string {
  const suffix = responseId(response).slice(RESPONSE.length)
  let count = 0
  return (prefix) => {
    count += 1
    return `${prefix}_${suffix}_${count}`
  }
}

const RESPONSE = 'resp_'

function responseId(id: string): string {
  return id.startsWith(RESPONSE) ? id : RESPONSE + id
}
