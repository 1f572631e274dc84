import type { UpstreamOptions } from '@gateway/testing/upstreams'
import type { Skill } from './client.ts'

/** A provider behind the gateway, and what its server speaks. */
export interface Vendor {
  /** What the gateway calls it. */
  readonly name: string
  readonly api: NonNullable<UpstreamOptions['api']>
  readonly model: string
  /** What its protocol has no words for. */
  readonly lacks?: readonly Skill[]
  /** Where its API stands on its server. */
  readonly path?: string
  /** Its entry in the configuration, without address and key. */
  readonly settings: object
}

/** One line for each protocol that a provider may speak. */
export const VENDORS: readonly Vendor[] = [
  { name: 'chat', api: 'openai', model: 'sim-chat', settings: { kind: 'openai-compatible' }, lacks: ['thoughts'] },
  { name: 'responses', api: 'openai', model: 'sim-responses', settings: { kind: 'openai', protocols: ['openai-responses'] } },
  { name: 'claude', api: 'anthropic', model: 'claude-opus-4-6', lacks: ['embeddings'], settings: { kind: 'anthropic' } },
  { name: 'google', api: 'gemini', model: 'gemini-3-flash-preview', settings: { kind: 'gemini' } },
  { name: 'ollama', api: 'ollama', model: 'qwen3:latest', lacks: ['embeddings'], settings: { kind: 'ollama-native' } },
  {
    name: 'workers-ai',
    api: 'workers-ai',
    model: '@cf/meta/llama-3.3-70b-instruct-fp8-fast',
    lacks: ['thoughts', 'length', 'streamed-schema', 'limits'],
    path: '/client/v4/accounts/0123456789abcdef/ai',
    settings: { kind: 'workers-ai' },
  },
]
