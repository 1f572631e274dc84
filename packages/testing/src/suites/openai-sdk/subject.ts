import OpenAI from 'openai'
import { it } from 'vitest'
import type { UpstreamControl } from '../../upstreams/control.ts'
import { allFaults, FAULTS } from '../../upstreams/faults/fault.ts'
import type { Fault } from '../../upstreams/faults/fault.ts'
import type { Outcome } from '../../upstreams/faults/entry.ts'
import type { OpenAiSdkSuite } from '../openai-sdk.ts'

/** What the parts of the suite know of the gateway under test. */
export interface Subject {
  readonly model: string
  readonly token: string | null
  readonly providers: { readonly first: string; readonly second: string }
  readonly secrets: readonly string[]
  readonly maxAttempts: number
  readonly maxRetryAfterSeconds: number
  readonly normalized: Route | null
  readonly seesCloseBeforeAnswer: boolean
  baseUrl(): string
  /** The SDK as everybody uses it, its own retries included. */
  client(apiKey?: string): OpenAI
  first(): UpstreamControl
  second(): UpstreamControl
  /** One user message for the model. */
  question(text?: string): Question
  /** A test for a fault; one that must fail, with its reason in the title, where the gateway declares a deviation. */
  itWithFault(fault: Fault, title: string, run: () => Promise<void>): void
}

export interface Question {
  readonly model: string
  readonly messages: { readonly role: 'user'; readonly content: string }[]
}

/** A model by the name under which the gateway reaches one server. */
export interface Route {
  readonly upstream: () => UpstreamControl
  readonly model: string
}

export const CLIENT_KEY = 'client-key-that-stays-here'

export function createSubject(suite: OpenAiSdkSuite): Subject {
  const model = suite.model ?? 'sim-chat'
  return {
    model,
    token: suite.token,
    providers: suite.providers ?? { first: 'openai', second: 'groq' },
    secrets: suite.secrets,
    maxAttempts: suite.maxAttempts ?? 3,
    maxRetryAfterSeconds: suite.maxRetryAfterSeconds ?? 60,
    normalized: suite.normalized,
    seesCloseBeforeAnswer: suite.seesCloseBeforeAnswer ?? true,
    baseUrl: suite.baseUrl,
    client: (apiKey = suite.token ?? CLIENT_KEY) => new OpenAI({ baseURL: `${suite.baseUrl()}/v1`, apiKey }),
    first: () => suite.upstreams().first,
    second: () => suite.upstreams().second,
    question: (text = 'good morning') => ({ model, messages: [{ role: 'user', content: text }] }),
    itWithFault: (fault, title, run) => {
      const reason = suite.deviations?.[fault]
      const declare = reason === undefined ? it : it.fails
      declare(reason === undefined ? title : `${title} (deviation: ${reason})`, run)
    },
  }
}

/** The text that the simulated server gives to a question. */
export function expectedText(text: string = 'good morning', index: number = 0): string {
  return `Simulated answer ${index} to: ${text} — naïve ✓ 😀 done.`
}

/** The faults for which a gateway owes an outcome, in one of the two modes. */
export function faultsThat(outcome: Outcome, mode: 'whole' | 'streamed'): readonly Fault[] {
  return allFaults().filter((fault) => FAULTS[fault][mode] === outcome)
}

/** How many chat requests a server has had. */
export async function requestsOf(upstream: UpstreamControl): Promise<number> {
  return (await upstream.snapshot()).totals.requests
}
