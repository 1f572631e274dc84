import { parseJson } from '../prompt.ts'
import { encryptedThought } from './response-body.ts'
import { itemsOf, responseRequest } from './response-request.ts'
import type { InputItem, ResponseRequest } from './response-request.ts'
import type { ResponseStore } from './response-store.ts'
import type { Complaint } from '../complaint.ts'

/** A request that the vendor would take, or its refusal. */
export type Checked = { readonly request: ResponseRequest } | { readonly complaint: Complaint }

/** Refuses in the vendor's words what the vendor refuses. */
export function checkResponse(body: string, store: ResponseStore): Checked {
  const value = parseJson(body)
  if (value === undefined) return refused('We could not parse the JSON body of your request.', {})
  const parsed = responseRequest.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const param = issue?.path.join('.') ?? ''
    return refused(`Invalid value for '${param}': ${issue?.message ?? 'unexpected'}`, { param, code: 'invalid_type' })
  }
  const request = parsed.data
  return checkBefore(request, store) ?? checkCalls(request, store) ?? checkThoughts(itemsOf(request.input), store) ?? { request }
}

interface Blame {
  readonly param?: string
  readonly code?: string
  readonly status?: number
}

function refused(message: string, { param, code, status = 400 }: Blame): Extract<Checked, { complaint: Complaint }> {
  return { complaint: { status, message, type: 'invalid_request_error', param: param ?? null, code: code ?? null } }
}

type Wrong = Extract<Checked, { complaint: Complaint }> | null

function checkBefore({ previous_response_id: id }: ResponseRequest, store: ResponseStore): Wrong {
  if (id === undefined || id === null || store.find(id) !== undefined) return null
  return refused(`Previous response with id '${id}' not found.`, { param: 'previous_response_id', code: 'previous_response_not_found' })
}

/** Every call has its output, and every output its call: here, or in the turn before. */
function checkCalls(request: ResponseRequest, store: ResponseStore): Wrong {
  const items = itemsOf(request.input)
  const before = store.find(request.previous_response_id ?? '')?.output ?? []
  const callsBefore = before.flatMap((item) => (item.type === 'function_call' ? String(item['call_id']) : []))
  const calls = new Set([...idsOf(items, 'function_call'), ...callsBefore])
  const outputs = new Set(idsOf(items, 'function_call_output'))
  const unasked = [...outputs].find((id) => !calls.has(id))
  if (unasked !== undefined) return refused(`No tool call found for function call output with call_id ${unasked}.`, { param: 'input' })
  const unanswered = [...calls].find((id) => !outputs.has(id))
  return unanswered === undefined ? null : refused(`No tool output found for function call ${unanswered}.`, { param: 'input' })
}

function idsOf(items: readonly InputItem[], type: string): readonly string[] {
  return items.flatMap((entry) => (entry.type === type ? (entry.call_id ?? []) : []))
}

/** A thought comes back unchanged, or by its id where it was kept; and never without what followed it. */
function checkThoughts(items: readonly InputItem[], store: ResponseStore): Wrong {
  for (const [index, entry] of items.entries()) {
    if (entry.type !== 'reasoning') continue
    const wrong = checkThought(entry, store)
    if (wrong !== null) return wrong
    const next = items[index + 1]
    const isFollowed = next !== undefined && next.type !== 'function_call_output' && next.role !== 'user'
    if (!isFollowed)
      return refused(`Item '${entry.id}' of type 'reasoning' was provided without its required following item.`, { param: 'input' })
  }
  return null
}

function checkThought({ id, encrypted_content: encrypted }: InputItem, store: ResponseStore): Wrong {
  if (encrypted !== undefined && encrypted !== null) {
    if (encrypted === encryptedThought(id ?? '')) return null
    return refused(`The encrypted content for item ${id} could not be verified.`, { code: 'invalid_encrypted_content' })
  }
  if (store.hasItem(id ?? '')) return null
  const message = `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`
  return refused(message, { status: 404, param: 'input' })
}
