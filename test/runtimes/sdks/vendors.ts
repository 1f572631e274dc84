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
  /** Its entry in the configuration, without address and key. */
  readonly settings: object
}

/** One line for each protocol that a provider may speak. */
export const VENDORS: readonly Vendor[] = [
  { name: 'chat', api: 'openai', model: 'sim-chat', settings: { kind: 'openai-compatible' }, lacks: ['thoughts'] },
  { name: 'claude', api: 'anthropic', model: 'claude-sonnet-4-5', settings: { kind: 'anthropic' } },
  { name: 'google', api: 'gemini', model: 'gemini-2.5-flash', settings: { kind: 'gemini' } },
]
