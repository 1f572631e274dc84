import type { Json, JsonObject } from '@gateway/core'

/**
 * The text of a JSON object with some top-level members set, and every other byte as it was: unknown fields, the order of
 * keys and a prompt's cached prefix survive. `parsed` is what JSON.parse made of the text. A text that two parsers could
 * understand differently (a top-level key that stands twice) is written anew from `parsed`, even where nothing is to be
 * changed, so that what was checked is what is used; and so is one from which a member is taken out (`undefined`).
 */
export function patchObjectText(text: string, parsed: JsonObject, changes: JsonObject): string {
  const members = scanMembers(text)
  if (members === null || Object.values(changes).includes(undefined)) return JSON.stringify({ ...parsed, ...changes })
  let patched = ''
  let position = 0
  const missing = new Map(Object.entries(changes))
  for (const member of members.list) {
    const value = missing.get(member.key)
    if (value === undefined) continue
    patched += text.slice(position, member.start) + JSON.stringify(value)
    position = member.end
    missing.delete(member.key)
  }
  return patched + text.slice(position, members.end) + insertion(missing, members.list.length > 0) + text.slice(members.end)
}

interface Member {
  readonly key: string
  /** Where the value begins and ends. */
  readonly start: number
  readonly end: number
}

interface Members {
  readonly list: readonly Member[]
  /** Just behind the last member: where another may be put. */
  readonly end: number
}

function insertion(members: ReadonlyMap<string, Json | undefined>, isFollowing: boolean): string {
  const texts = [...members].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
  if (texts.length === 0) return ''
  return (isFollowing ? ',' : '') + texts.join(',')
}

/** The top-level members of a text that JSON.parse has accepted as an object; null where a key stands twice. */
function scanMembers(text: string): Members | null {
  const list: Member[] = []
  const keys = new Set<string>()
  let position = skipBlank(text, 0)
  if (text[position] !== '{') return null
  position = skipBlank(text, position + 1)
  let end = position
  while (text[position] === '"') {
    const keyEnd = skipString(text, position)
    const key = keyOf(text.slice(position, keyEnd))
    if (keys.has(key)) return null
    keys.add(key)
    const start = skipBlank(text, skipBlank(text, keyEnd) + 1)
    end = skipValue(text, start)
    list.push({ key, start, end })
    position = skipBlank(text, end)
    if (text[position] === ',') position = skipBlank(text, position + 1)
  }
  return text[position] === '}' ? { list, end } : null
}

function keyOf(literal: string): string {
  if (!literal.includes('\\')) return literal.slice(1, -1)
  const key: unknown = JSON.parse(literal)
  return String(key)
}

function skipBlank(text: string, from: number): number {
  let position = from
  while (position < text.length && text.charCodeAt(position) <= SPACE) position += 1
  return position
}

/** From an opening quote to behind the closing one. `indexOf` runs over megabytes of base64 at the speed of memory. */
function skipString(text: string, from: number): number {
  let quote = text.indexOf('"', from + 1)
  while (quote !== -1 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1)
  return quote === -1 ? text.length : quote + 1
}

function isEscaped(text: string, position: number): boolean {
  let backslashes = 0
  while (text.charCodeAt(position - 1 - backslashes) === BACKSLASH) backslashes += 1
  return backslashes % 2 === 1
}

function skipValue(text: string, from: number): number {
  let depth = 0
  let position = from
  while (position < text.length) {
    const code = text.charCodeAt(position)
    if (depth === 0 && (code === COMMA || code === CLOSE_BRACE || code <= SPACE)) return position
    if (code === QUOTE) position = skipString(text, position)
    else position += 1
    if (code === OPEN_BRACE || code === OPEN_BRACKET) depth += 1
    if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth -= 1
  }
  return position
}

const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
