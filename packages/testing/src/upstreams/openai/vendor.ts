/** Whose habits a simulated server has. */
export type Vendor = 'openai' | 'groq' | 'openrouter' | 'ollama' | 'llamacpp' | 'workers-ai'

export const VENDORS: readonly Vendor[] = ['openai', 'groq', 'openrouter', 'ollama', 'llamacpp', 'workers-ai']

/** Where the vendors differ on the wire although they speak the same protocol. */
export interface Habits {
  readonly ownedBy: string
  readonly fingerprint: string
  /** OpenAI sends `usage: null` on every chunk but the last, if usage was asked for. */
  readonly sendsNullUsage: boolean
  /** Cloudflare has no role in its first delta, and sends its finish, with usage on it, twice: the second time of nothing. */
  readonly finishesTwice: boolean
  /** Comments before the first event. */
  readonly comments: number
  /** Fields that ride on every body, unknown to the protocol. */
  readonly extraFields: Readonly<Record<string, unknown>>
}

export const HABITS: Readonly<Record<Vendor, Habits>> = {
  openai: {
    ownedBy: 'openai',
    fingerprint: 'fp_ff25b2783a',
    sendsNullUsage: true,
    finishesTwice: false,
    comments: 0,
    extraFields: { service_tier: 'default' },
  },
  groq: {
    ownedBy: 'Groq',
    fingerprint: 'fp_e8236260a9',
    sendsNullUsage: false,
    finishesTwice: false,
    comments: 0,
    extraFields: { x_groq: { id: 'req_simulated' } },
  },
  openrouter: {
    ownedBy: 'openrouter',
    fingerprint: '',
    sendsNullUsage: false,
    finishesTwice: false,
    comments: 3,
    extraFields: { provider: 'Simulated' },
  },
  ollama: { ownedBy: 'library', fingerprint: 'fp_ollama', sendsNullUsage: false, finishesTwice: false, comments: 0, extraFields: {} },
  llamacpp: {
    ownedBy: 'llamacpp',
    fingerprint: 'b11669-simulated',
    sendsNullUsage: false,
    finishesTwice: false,
    comments: 0,
    extraFields: { timings: { cache_n: 0 } },
  },
  'workers-ai': { ownedBy: 'cloudflare', fingerprint: '', sendsNullUsage: false, finishesTwice: true, comments: 0, extraFields: {} },
}
