/** The vendors' servers that can be simulated. */
export type ApiName = 'openai' | 'anthropic' | 'gemini' | 'workers-ai' | 'ollama'

/** One format of requests and answers; a server may speak several. `openai-plain` is everything of OpenAI's that is no conversation. */
export type Wire =
  | 'openai-chat'
  | 'openai-responses'
  | 'openai-completions'
  | 'openai-plain'
  | 'anthropic'
  | 'gemini'
  | 'workers-ai'
  | 'ollama'

/** What each server speaks. */
export const WIRES: Readonly<Record<ApiName, readonly Wire[]>> = {
  openai: ['openai-chat', 'openai-responses', 'openai-completions', 'openai-plain'],
  anthropic: ['anthropic'],
  gemini: ['gemini'],
  'workers-ai': ['workers-ai', 'openai-chat', 'openai-plain'],
  ollama: ['ollama', 'openai-chat', 'openai-plain'],
}

export const API_NAMES: readonly ApiName[] = ['openai', 'anthropic', 'gemini', 'workers-ai', 'ollama']

/** One event of a stream, so that a fault can leave it out, repeat it or break off after it. */
export interface WireEvent {
  /**
   * `opening` comes before anything is said, `token` says something, `frame` is neither, `finish` says why it ended,
   * `done` is what a client waits for after it.
   */
  readonly kind: 'comment' | 'opening' | 'frame' | 'token' | 'finish' | 'usage' | 'done'
  /** What is written, its framing included. */
  readonly text: string
  /** What the answer is said to have used so far; `null` where the event does not say. */
  readonly usage: SaidUsage | null
}

/** Tokens as the server states them, in one way of counting: cached ones are part of the prompt's, reasoning of the completion's. */
export interface SaidUsage {
  readonly promptTokens: number
  readonly completionTokens: number
  readonly cachedTokens: number
  readonly reasoningTokens: number
  /** Of the prompt's, those that were written to a cache. */
  readonly cacheWriteTokens?: number
}

/** A server-sent event. */
export function sse(data: unknown, event?: string): string {
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`
}
