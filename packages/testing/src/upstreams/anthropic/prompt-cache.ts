import { createHash } from 'node:crypto'
import { countWords, DOCUMENT_TOKENS, IMAGE_TOKENS, MESSAGE_TOKENS } from '../prompt.ts'
import { blocksOf, nestedBlocks } from './message-request.ts'
import type { Block, CacheControl, MessageRequest } from './message-request.ts'

/** How the tokens of a prompt divide; the three are disjoint, as on the wire. */
export interface InputTokens {
  readonly fresh: number
  readonly read: number
  readonly written: number
  /** For how long it was written. */
  readonly writtenFor: '5m' | '1h'
}

/** Remembers the beginnings of prompts that were marked. No beginning is too short, and none expires. */
export interface PromptCache {
  take(request: MessageRequest): InputTokens
  clear(): void
}

export function createPromptCache(): PromptCache {
  const known = new Set<string>()
  return {
    take: (request) => {
      const prefixes = prefixesOf(request)
      const end = prefixes.findLastIndex((prefix) => prefix.mark !== null)
      const marked = prefixes.slice(0, end + 1)
      const hit = marked.findLast((prefix) => known.has(prefix.hash))
      for (const prefix of marked) if (prefix.mark !== null) known.add(prefix.hash)
      const cached = marked.at(-1)?.tokens ?? 0
      const read = hit?.tokens ?? 0
      return {
        fresh: (prefixes.at(-1)?.tokens ?? 0) - cached,
        read,
        written: cached - read,
        writtenFor: marked.at(-1)?.mark?.ttl === '1h' ? '1h' : '5m',
      }
    },
    clear: () => known.clear(),
  }
}

/** All tokens of a prompt. */
export function countInput(request: MessageRequest): number {
  return prefixesOf(request).at(-1)?.tokens ?? 0
}

/** A prompt up to and including one of its pieces. */
interface Prefix {
  readonly hash: string
  readonly tokens: number
  readonly mark: CacheControl | null
}

interface Piece {
  readonly value: { readonly cache_control?: CacheControl | null | undefined }
  readonly tokens: number
}

function prefixesOf(request: MessageRequest): readonly Prefix[] {
  const pieces = piecesOf(request)
  const hash = createHash('sha256').update(request.model)
  let tokens = 0
  return pieces.map((piece, index) => {
    const { cache_control: mark, ...value } = piece.value
    hash.update(JSON.stringify(value))
    tokens += piece.tokens
    const ofRequest = index === pieces.length - 1 ? request.cache_control : null
    return { hash: hash.copy().digest('hex'), tokens, mark: mark ?? ofRequest ?? null }
  })
}

/** In the order in which the vendor caches: tools, system, messages. */
function piecesOf(request: MessageRequest): readonly Piece[] {
  const tools = (request.tools ?? []).map((tool) => ({ value: tool, tokens: TOOL_TOKENS + countWords(JSON.stringify(tool)) }))
  const system = blocksOf(request.system).map((block) => ({ value: block, tokens: tokensOf(block) }))
  const messages = request.messages.flatMap((message) =>
    blocksOf(message.content).map((block, index) => ({
      value: { role: message.role, ...block },
      tokens: tokensOf(block) + (index === 0 ? MESSAGE_TOKENS : 0),
    })),
  )
  return [...tools, ...system, ...messages]
}

const TOOL_TOKENS = 10

function tokensOf(block: Block): number {
  switch (block.type) {
    case 'text':
      return countWords(block.text ?? '')
    case 'image':
      return IMAGE_TOKENS
    case 'document':
      return DOCUMENT_TOKENS
    case 'tool_result':
      return nestedBlocks(block.content).reduce((sum, inner) => sum + tokensOf(inner), 1)
    case 'thinking':
    case 'redacted_thinking':
      return 0
    default:
      return countWords(JSON.stringify(block))
  }
}
