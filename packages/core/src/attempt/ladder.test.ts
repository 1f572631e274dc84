import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { candidate, policy, provider } from '../__fixtures__/parts.ts'
import { endpointFailure, judgeStatus, type UpstreamFailure } from '../failure.ts'
import type { Candidate } from '../strategies/strategy.ts'
import type { AttemptPolicy } from './attempt-policy.ts'
import { nextStep, type FailedAttempt, type LadderState, type NextStep } from './ladder.ts'

const [one, two, three] = [candidate('one'), candidate('two'), candidate('three')]
const SERVER_ERROR = status(500)
const RATE_LIMITED = status(429)
const TOO_LONG: UpstreamFailure = { scope: 'request', reason: 'context-too-long', retryable: false, message: '' }

describe('where nothing has failed yet', () => {
  it('asks the first candidate at once', () => {
    expect(after([])).toMatchObject({ kind: 'try', candidate: one, delayMs: 0 })
  })

  it('stops where there is no candidate', () => {
    expect(after([], { candidates: [] })).toEqual({ kind: 'stop' })
  })
})

describe('each row of the taxonomy', () => {
  it.each([400, 405, 413, 422])('stops at %i: the request itself is at fault', (code) => {
    expect(after([[one, status(code)]])).toEqual({ kind: 'stop' })
  })

  it.each([401, 402, 403, 404, 408, 409, 425, 429, 500, 501, 502, 503, 504, 529])('goes to the next candidate at once after %i', (code) => {
    expect(after([[one, status(code)]])).toMatchObject({ candidate: two, delayMs: 0 })
  })

  it.each(['connection-failed', 'first-byte-timeout', 'truncated-stream', 'error-in-reply', 'malformed-reply'] as const)(
    'goes to the next candidate at once after %s',
    (reason) => {
      expect(after([[one, endpointFailure(reason, '')]])).toMatchObject({ candidate: two, delayMs: 0 })
    },
  )

  it.each([401, 402, 403, 404, 501])('never asks the same candidate again after %i', (code) => {
    expect(after([[one, status(code)]], { candidates: [one] })).toEqual({ kind: 'stop' })
  })

  it.each([408, 409, 425, 429, 500, 502, 503, 504, 529])('asks the same candidate again after %i where there is no other', (code) => {
    expect(after([[one, status(code)]], { candidates: [one] })).toMatchObject({ candidate: one, delayMs: 250 })
  })
})

describe('the order of tries', () => {
  it('asks every candidate once before it asks any a second time', () => {
    const failed: [Candidate, UpstreamFailure][] = [
      [one, SERVER_ERROR],
      [two, SERVER_ERROR],
    ]
    expect(after(failed, { policy: { maxAttempts: 9 } })).toMatchObject({ candidate: three, delayMs: 0 })
    expect(after([...failed, [three, SERVER_ERROR]], { policy: { maxAttempts: 9 } })).toMatchObject({ candidate: one })
  })

  it('asks whoever may be asked soonest', () => {
    const failed: [Candidate, UpstreamFailure][] = [
      [one, { ...RATE_LIMITED, retryAfterMs: 3_000 }],
      [two, { ...RATE_LIMITED, retryAfterMs: 2_000 }],
    ]
    expect(after(failed, { candidates: [one, two] })).toMatchObject({ candidate: two, delayMs: 2_000 })
  })
})

describe('a dead key', () => {
  const sameKey = candidate('one', { provider: one.target.provider, model: 'another-model' })
  const otherKey = candidate('one', { provider: provider('one') })

  it('is not used for another model', () => {
    expect(after([[one, status(401)]], { candidates: [one, sameKey, two] })).toMatchObject({ candidate: two })
  })

  it('does not keep another key of the provider from being used', () => {
    expect(after([[one, status(401)]], { candidates: [one, sameKey, otherKey] })).toMatchObject({ candidate: otherKey })
  })

  it('is not used again either for a model that had failed for a passing reason', () => {
    const failed: [Candidate, UpstreamFailure][] = [
      [one, SERVER_ERROR],
      [sameKey, status(401)],
    ]
    expect(after(failed, { candidates: [one, sameKey] })).toEqual({ kind: 'stop' })
  })
})

describe('a provider that is down', () => {
  it('is left out with all its models', () => {
    const sibling = candidate('one', { provider: one.target.provider, model: 'another-model' })
    const down: UpstreamFailure = { ...SERVER_ERROR, scope: 'provider' }
    expect(after([[one, down]], { candidates: [one, sibling, two] })).toMatchObject({ candidate: two })
  })
})

describe('a prompt that is too long', () => {
  const small = candidate('small', { contextWindow: 8_000 })
  const equal = candidate('equal', { contextWindow: 8_000 })
  const large = candidate('large', { contextWindow: 128_000 })
  const unknown = candidate('unknown')

  it('goes only to a larger window', () => {
    expect(after([[small, TOO_LONG]], { candidates: [small, unknown, equal, large] })).toMatchObject({ candidate: large })
  })

  it('stops where no window is larger', () => {
    expect(after([[large, TOO_LONG]], { candidates: [large, small, unknown] })).toEqual({ kind: 'stop' })
  })

  it('goes from a window that nobody knows to one that is known', () => {
    expect(after([[unknown, TOO_LONG]], { candidates: [unknown, small] })).toMatchObject({ candidate: small })
  })

  it('does not go back to a smaller window that had failed for a passing reason', () => {
    const failed: [Candidate, UpstreamFailure][] = [
      [small, SERVER_ERROR],
      [large, TOO_LONG],
    ]
    expect(after(failed, { candidates: [small, large] })).toEqual({ kind: 'stop' })
  })
})

describe('retry-after', () => {
  it('is waited for where it is short', () => {
    expect(after([[one, { ...RATE_LIMITED, retryAfterMs: 1_500 }]], { candidates: [one] })).toMatchObject({
      candidate: one,
      delayMs: 1_500,
    })
  })

  it('passes the target over where it is long', () => {
    expect(after([[one, { ...RATE_LIMITED, retryAfterMs: 5_001 }]], { candidates: [one] })).toEqual({ kind: 'stop' })
  })

  it('of zero does not mean that the gateway hammers', () => {
    expect(after([[one, { ...RATE_LIMITED, retryAfterMs: 0 }]], { candidates: [one] })).toMatchObject({ delayMs: 250 })
  })

  it('does not delay another candidate', () => {
    expect(after([[one, { ...RATE_LIMITED, retryAfterMs: 1_500 }]])).toMatchObject({ candidate: two, delayMs: 0 })
  })
})

describe('the limits', () => {
  it('asks only the first candidate, once, where failover is off', () => {
    expect(after([[one, SERVER_ERROR]], { policy: { failover: false } })).toEqual({ kind: 'stop' })
  })

  it('stops after the last of its tries', () => {
    const failed: [Candidate, UpstreamFailure][] = [
      [one, SERVER_ERROR],
      [two, SERVER_ERROR],
    ]
    expect(after(failed, { policy: { maxAttempts: 2 } })).toEqual({ kind: 'stop' })
    expect(after(failed, { policy: { maxAttempts: 3 } })).toMatchObject({ candidate: three })
  })

  it('stops at the deadline', () => {
    expect(after([], { remainingMs: 0 })).toEqual({ kind: 'stop' })
  })

  it('stops where the wait would outlast the deadline', () => {
    const limited: [Candidate, UpstreamFailure][] = [[one, { ...RATE_LIMITED, retryAfterMs: 1_500 }]]
    expect(after(limited, { candidates: [one], remainingMs: 1_500 })).toEqual({ kind: 'stop' })
    expect(after(limited, { candidates: [one], remainingMs: 1_501 })).toMatchObject({ shareMs: 1 })
  })
})

describe('the share of the deadline', () => {
  it('leaves as much to each candidate that can still be reached', () => {
    expect(after([], { remainingMs: 9_000 })).toMatchObject({ shareMs: 3_000 })
    expect(after([[one, SERVER_ERROR]], { remainingMs: 6_000 })).toMatchObject({ shareMs: 3_000 })
  })

  it('counts no candidate for which there is no try left', () => {
    expect(after([], { remainingMs: 9_000, policy: { maxAttempts: 2 } })).toMatchObject({ shareMs: 4_500 })
  })

  it('gives all that is left to the last', () => {
    expect(after([], { candidates: [one], remainingMs: 9_000 })).toMatchObject({ shareMs: 9_000 })
  })
})

describe('any history of failures', () => {
  const codes = [400, 401, 404, 408, 429, 500, 503]

  it('ends after at most as many tries as the policy allows, without asking anyone before all others had their turn', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...codes), { minLength: 12, maxLength: 12 }),
        fc.integer({ min: 1, max: 8 }),
        (faults, maxAttempts) => {
          const failed: [Candidate, UpstreamFailure][] = []
          for (const code of faults) {
            const step = after(failed, { policy: { maxAttempts } })
            if (step.kind === 'stop') break
            failed.push([step.candidate, status(code)])
          }
          expect(failed.length).toBeLessThanOrEqual(maxAttempts)
          const firstTries = failed.slice(0, 3).map(([tried]) => tried)
          expect(new Set(firstTries).size).toBe(firstTries.length)
        },
      ),
    )
  })
})

interface Setting extends Partial<Omit<LadderState, 'failed'>> {
  readonly policy?: Partial<AttemptPolicy>
}

/** The step after these failures; chance is 0.5, so that the first backoff of 500 ms is 250 ms. */
function after(failed: readonly (readonly [Candidate, UpstreamFailure])[], setting: Setting = {}): NextStep {
  const { candidates = [one, two, three], remainingMs = 60_000 } = setting
  const history: FailedAttempt[] = failed.map(([tried, failure]) => ({ candidate: tried, failure }))
  return nextStep({ candidates, failed: history, remainingMs }, policy(setting.policy), () => 0.5)
}

function status(code: number): UpstreamFailure {
  return { ...judgeStatus(code), status: code, message: '' }
}
