import { createHash } from 'node:crypto'

/** What a request asks, whatever wire it came on. */
export interface Prompt {
  readonly model: string
  readonly lastUserText: string
  readonly promptTokens: number
  readonly cachedTokens: number
  readonly cacheWriteTokens?: number
  /** How many answers are wanted. */
  readonly choices: number
  /** The tools to call in place of text. */
  readonly calls: readonly CallableTool[]
  readonly format: AnswerFormat
  readonly maxTokens: number
  readonly stops: readonly string[]
  /** How long to think before the answer. */
  readonly thoughtTokens: number
}

export interface CallableTool {
  readonly name: string
  /** A JSON Schema. */
  readonly parameters: unknown
}

export type AnswerFormat = { readonly kind: 'text' } | { readonly kind: 'json' } | { readonly kind: 'schema'; readonly schema: unknown }

/** What a request says about its tools. */
export interface ToolWish {
  readonly tools: readonly CallableTool[]
  /** The request forbids calls, or a tool has just answered. */
  readonly isSilent: boolean
  /** The one tool that must be called. */
  readonly forced?: string | undefined
  readonly isParallel: boolean
}

/** The two tools to call at once: the first two, or the only one twice; the one that is forced; none where calls would go on for ever. */
export function toolsToCall(wish: ToolWish): readonly CallableTool[] {
  const [first, second] = wish.tools
  if (wish.isSilent || first === undefined) return []
  const forced = wish.tools.find((tool) => tool.name === wish.forced)
  if (forced !== undefined) return [forced]
  return wish.isParallel ? [first, second ?? first] : [first]
}

/** One token a word, as if by a very simple tokenizer. */
export function countWords(text: string): number {
  return text.split(/\s+/).filter(Boolean).length
}

/** What a message costs beyond its words. */
export const MESSAGE_TOKENS = 3
/** What an image costs, and a document or a recording. */
export const IMAGE_TOKENS = 85
export const DOCUMENT_TOKENS = 250

/** A seal that only the server can put under a text: what was thought, what was called. */
export function seal(text: string): string {
  return createHash('sha256').update(`simulated:${text}`).digest('base64')
}

const REASONING_TOKENS: ReadonlyMap<string, number> = new Map([
  ['minimal', 2],
  ['low', 4],
  ['medium', 8],
  ['high', 16],
  ['xhigh', 32],
  ['max', 32],
])

/** How long an effort thinks. */
export function tokensOfEffort(effort: string | null | undefined): number {
  return REASONING_TOKENS.get(effort ?? '') ?? 0
}

/** A body read as JSON; `undefined` where it is none. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}
