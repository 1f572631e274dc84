import type { ChatRequest, Json, JsonObject } from '@gateway/core'
import { objectOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { PROTOCOL } from './wire.ts'

type Extensions = NonNullable<ChatRequest['extensions']>

/**
 * The fields that the language has no word for. Members of `text` and `reasoning` stand by their path (`text.verbosity`), so
 * that a report of what was dropped names what was dropped.
 */
export function readExtensions(rest: JsonObject): Extensions | undefined {
  const fields = Object.entries(rest).flatMap(([field, value]) => {
    if (!NESTED.includes(field)) return [[field, value] as const]
    return Object.entries(objectOf(value)).map(([member, inner]) => [`${field}.${member}`, inner] as const)
  })
  return fields.length === 0 ? undefined : { protocol: PROTOCOL, fields: Object.fromEntries(fields) }
}

/** The opposite. Of Chat Completions' fields those are carried that are the same here. */
export function writeExtensions(extensions: Extensions | undefined, translation: Translation): JsonObject {
  const written: { [field: string]: Json | undefined } = {}
  for (const [field, value] of Object.entries(extensions?.fields ?? {})) {
    const name = extensions?.protocol === PROTOCOL ? field : sharedName(extensions?.protocol, field)
    const [parent, member] = splitPath(name)
    if (name === undefined) translation.drop(field)
    else if (parent !== undefined && member !== undefined) written[parent] = { ...objectOf(written[parent]), [member]: value }
    else written[name] = value
  }
  return written
}

const NESTED: readonly string[] = ['text', 'reasoning']

/** The vendor's other protocol says these in the same words, `verbosity` in another place. */
const SHARED_WITH_CHAT: ReadonlyMap<string, string> = new Map([
  ['store', 'store'],
  ['service_tier', 'service_tier'],
  ['safety_identifier', 'safety_identifier'],
  ['prompt_cache_key', 'prompt_cache_key'],
  ['prompt_cache_retention', 'prompt_cache_retention'],
  ['verbosity', 'text.verbosity'],
])

function sharedName(protocol: string | undefined, field: string): string | undefined {
  return protocol === 'openai-chat' ? SHARED_WITH_CHAT.get(field) : undefined
}

function splitPath(name: string | undefined): readonly [string | undefined, string | undefined] {
  const parent = NESTED.find((field) => name?.startsWith(`${field}.`) === true)
  return parent === undefined ? [undefined, undefined] : [parent, name?.slice(parent.length + 1)]
}
