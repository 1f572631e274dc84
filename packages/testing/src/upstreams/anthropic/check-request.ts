import type * as z from 'zod/mini'
import { parseJson } from '../prompt.ts'
import { NEWEST_VERSION } from './admission.ts'
import { checkThinking } from './check-thinking.ts'
import { checkTools } from './check-tools.ts'
import { blocksOf, messageRequest } from './message-request.ts'
import type { MessageRequest } from './message-request.ts'

/** A request that the vendor would take, or the sentence of its 400. */
export type Checked = { readonly request: MessageRequest } | { readonly wrong: string }

/** What a body is read for, and under which version of the API. */
export interface Reading {
  /** A request that only counts tokens has no `max_tokens`. */
  readonly purpose: 'answer' | 'count'
  readonly version: string
}

/** Refuses in the vendor's words what the vendor refuses. */
export function checkRequest(body: string, { purpose, version }: Reading): Checked {
  const value = parseJson(body)
  if (typeof value !== 'object' || value === null) return { wrong: 'The request body is not valid JSON' }
  const parsed = messageRequest.safeParse(value)
  if (!parsed.success) return { wrong: sentenceOf(parsed.error.issues[0], value) }
  const request = parsed.data
  if (purpose === 'answer' && request.max_tokens === undefined) return { wrong: 'max_tokens: Field required' }
  const wrong =
    checkFields(value, version) ??
    checkDocuments(request, version) ??
    checkMessages(request) ??
    checkTools(request) ??
    checkThinking(request)
  return wrong === null ? { request } : { wrong }
}

const FIELDS = new Set(
  `model messages max_tokens system stream stop_sequences tools tool_choice thinking metadata service_tier
  container context_management mcp_servers output_config output_format cache_control inference_geo speed diagnostics thread x_simulate`.split(
    /\s+/,
  ),
)

const SAMPLING = ['temperature', 'top_p', 'top_k']

/** The vendor takes no field that it does not know, nor any that a version has taken out. */
function checkFields(value: object, version: string): string | null {
  const known = (name: string): boolean => FIELDS.has(name) || (version !== NEWEST_VERSION && SAMPLING.includes(name))
  const stranger = Object.keys(value).find((name) => !known(name))
  return stranger === undefined ? null : `${stranger}: Extra inputs are not permitted`
}

function checkDocuments(request: MessageRequest, version: string): string | null {
  const hasDocument = request.messages.map(
    ({ role, content }) => role === 'assistant' && blocksOf(content).some((block) => block.type === 'document'),
  )
  const index = version === NEWEST_VERSION ? hasDocument.indexOf(true) : -1
  return index < 0 ? null : `messages.${index}: \`document\` blocks are not permitted in \`assistant\` messages`
}

const ROLES = new Set(['user', 'assistant', 'system'])

function checkMessages(request: MessageRequest): string | null {
  const strange = request.messages.findIndex((message) => !ROLES.has(message.role))
  if (strange >= 0) return `messages.${strange}.role: Input should be 'user' or 'assistant'`
  const last = request.messages.length - 1
  const empty = request.messages.findIndex(
    (message, index) => blocksOf(message.content).length === 0 && (index !== last || message.role !== 'assistant'),
  )
  if (empty >= 0) return `messages.${empty}: all messages must have non-empty content except for the optional final assistant message`
  const isBlank = request.messages.some((message) => blocksOf(message.content).some((block) => block.type === 'text' && block.text === ''))
  return isBlank ? 'messages: text content blocks must be non-empty' : null
}

type Issue = z.core.$ZodIssue

/** As pydantic says it, which is how the vendor does. */
function sentenceOf(issue: Issue | undefined, value: object): string {
  if (issue === undefined) return 'Invalid request'
  const [first] = issue.path
  const isMissing = issue.path.length === 1 && typeof first === 'string' && !(first in value)
  return `${issue.path.join('.')}: ${isMissing ? 'Field required' : complaintOf(issue)}`
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'Input should be a valid string',
  number: 'Input should be a valid number',
  int: 'Input should be a valid integer',
  boolean: 'Input should be a valid boolean',
  array: 'Input should be a valid list',
  object: 'Input should be a valid dictionary',
}

function complaintOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return EXPECTED[issue.expected] ?? 'Input is invalid'
    case 'too_small':
      return issue.origin === 'array' ? 'at least one message is required' : `Input should be greater than or equal to ${issue.minimum}`
    case 'too_big':
      return `Input should be less than or equal to ${issue.maximum}`
    default:
      return 'Input is invalid'
  }
}
