import type { AssistantPart, JsonObject, OpaquePart, ReasoningPart, RefusalPart, TextPart, ToolCallPart } from '@gateway/core'
import { compact } from '../compact.ts'
import { stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { MESSAGE_EXTRA, writeCallSignature } from './assistant.ts'
import { isContentType, writeOpaque } from './extras.ts'
import { isSameThought, writeSeal, writeThoughts } from './reasoning.ts'

/** For whom items are written: a vendor, who knows no ids of ours, or a client, whose items need them. */
export type Audience = { readonly kind: 'vendor' } | { readonly kind: 'client'; readonly nextId: (prefix: ItemPrefix) => string }

export type ItemPrefix = 'msg' | 'rs' | 'fc' | 'ctc'

/** What a model said, as items: text that stands together is one message, every call and every thought an item of its own. */
export function writeItems(parts: readonly AssistantPart[], audience: Audience, translation: Translation): readonly JsonObject[] {
  return groupsOf(parts).flatMap((group) => {
    switch (group.type) {
      case 'message':
        return writeMessage(group.parts, audience, translation)
      case 'thought':
        return writeReasoning(group.parts, audience, translation)
      case 'call':
        return [writeCall(group.part, audience, translation)]
      case 'item':
        return writeOpaque(group.part, translation)
    }
  })
}

type MessagePart = TextPart | RefusalPart | OpaquePart

type Group =
  | { readonly type: 'message'; readonly parts: MessagePart[] }
  | { readonly type: 'thought'; readonly parts: ReasoningPart[] }
  | { readonly type: 'call'; readonly part: ToolCallPart }
  | { readonly type: 'item'; readonly part: OpaquePart }

function groupsOf(parts: readonly AssistantPart[]): readonly Group[] {
  const groups: Group[] = []
  for (const part of parts) {
    const last = groups.at(-1)
    if (part.type === 'tool-call') groups.push({ type: 'call', part })
    else if (part.type === 'reasoning') addThought(groups, last, part)
    else if (part.type === 'opaque' && !isContentType(stringOf(part.value.type) ?? '')) groups.push({ type: 'item', part })
    else if (last?.type === 'message' && !beginsMessage(part)) last.parts.push(part)
    else groups.push({ type: 'message', parts: [part] })
  }
  return groups
}

function addThought(groups: Group[], last: Group | undefined, part: ReasoningPart): void {
  const before = last?.type === 'thought' ? last.parts.at(-1) : undefined
  if (last?.type === 'thought' && before !== undefined && isSameThought(before, part)) last.parts.push(part)
  else groups.push({ type: 'thought', parts: [part] })
}

function beginsMessage(part: MessagePart): boolean {
  if (part.type !== 'text') return false
  return Object.values(part.extras ?? {}).some((own) => Object.keys(own ?? {}).some((field) => field.startsWith(MESSAGE_EXTRA)))
}

function writeMessage(parts: readonly MessagePart[], audience: Audience, translation: Translation): readonly JsonObject[] {
  let fields: JsonObject = {}
  const content = parts.flatMap((part): readonly JsonObject[] => {
    if (part.type === 'opaque') return writeOpaque(part, translation)
    if (part.type === 'refusal') return [{ type: 'refusal', refusal: part.text }]
    const extras = Object.entries(translation.ownExtras(part.extras))
    const ofMessage = extras.filter(([field]) => field.startsWith(MESSAGE_EXTRA))
    fields = { ...fields, ...Object.fromEntries(ofMessage.map(([field, value]) => [field.slice(MESSAGE_EXTRA.length), value])) }
    const ofPart = Object.fromEntries(extras.filter(([field]) => !field.startsWith(MESSAGE_EXTRA)))
    return [{ type: 'output_text', annotations: [], ...(audience.kind === 'client' && { logprobs: [] }), text: part.text, ...ofPart }]
  })
  if (content.length === 0) return []
  return [{ ...head('message', 'msg', audience), role: 'assistant', content, ...fields }]
}

/** Without encrypted text a summary is worth nothing to a vendor, who rejects it; a model's own words may be. */
function writeReasoning(parts: readonly ReasoningPart[], audience: Audience, translation: Translation): readonly JsonObject[] {
  const sealed = parts.at(-1)
  if (sealed === undefined) return []
  const extras = Object.fromEntries(parts.flatMap((part) => Object.entries(translation.ownExtras(part.extras))))
  const thoughts = writeThoughts(parts)
  if (audience.kind === 'client') {
    const id = sealed.id || audience.nextId('rs')
    return [compact({ id, type: 'reasoning', ...thoughts, encrypted_content: writeSeal(sealed), ...extras })]
  }
  if (sealed.signature !== undefined) translation.drop('signature')
  const encrypted = sealed.id === undefined ? undefined : sealed.encrypted
  if (encrypted !== sealed.encrypted) translation.drop('encrypted_reasoning')
  if (encrypted === undefined && thoughts.content === undefined) {
    if (thoughts.summary.length > 0) translation.drop('reasoning')
    return []
  }
  return [compact({ type: 'reasoning', id: sealed.id || undefined, ...thoughts, encrypted_content: encrypted, ...extras })]
}

function writeCall(call: ToolCallPart, audience: Audience, translation: Translation): JsonObject {
  if (audience.kind === 'vendor' && call.signature !== undefined) translation.drop('signature')
  const isCustom = call.kind === 'custom'
  return {
    ...(isCustom ? head('custom_tool_call', 'ctc', audience) : head('function_call', 'fc', audience)),
    call_id: call.id,
    name: call.name,
    [isCustom ? 'input' : 'arguments']: call.arguments,
    ...translation.ownExtras(call.extras),
    ...(audience.kind === 'client' && writeCallSignature(call.signature)),
  }
}

function head(type: string, prefix: ItemPrefix, audience: Audience): JsonObject {
  return audience.kind === 'client' ? { id: audience.nextId(prefix), type, status: 'completed' } : { type }
}
