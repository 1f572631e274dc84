import { GatewayError } from '@gateway/core'

/**
 * Looks a JSON text over before it is parsed. Throws `invalid-request` where it is nested deeper than the servers behind the gateway
 * take (Python's parser gives up at about 1,000), or has more top-level members than any protocol knows. Returns how many these are;
 * one that stands twice counts twice. One pass; strings are passed over at the speed of memory.
 */
export function checkJsonText(text: string): number {
  let depth = 0
  let members = 0
  let position = 0
  while (position < text.length) {
    const code = text.charCodeAt(position)
    if (code === OPEN_BRACE || code === OPEN_BRACKET) depth += 1
    if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth -= 1
    if (code === COLON && depth === 1) members += 1
    if (depth > MAX_DEPTH) throw new GatewayError('invalid-request', `body: nested too deeply; at most ${MAX_DEPTH} levels are taken.`)
    position = code === QUOTE ? endOfString(text, position) : position + 1
  }
  if (members <= MAX_MEMBERS) return members
  throw new GatewayError('invalid-request', `body: expected at most ${MAX_MEMBERS} fields, found ${members}.`)
}

const MAX_DEPTH = 500
const MAX_MEMBERS = 1_000

/** Behind the closing quote. */
function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1)
  while (quote !== -1 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1)
  return quote === -1 ? text.length : quote + 1
}

function isEscaped(text: string, position: number): boolean {
  let backslashes = 0
  while (text.charCodeAt(position - 1 - backslashes) === BACKSLASH) backslashes += 1
  return backslashes % 2 === 1
}

const QUOTE = 0x22
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
