import { describe, expect, it } from 'vitest'
import { candidate } from '../__fixtures__/parts.ts'
import { endpointFailure, judgeStatus, type UpstreamFailure } from '../failure.ts'
import { ladderError } from './ladder-error.ts'

const TOO_LONG: UpstreamFailure = { scope: 'request', reason: 'context-too-long', retryable: false, message: '' }

describe('what the client hears', () => {
  it('is its own fault in the words of the upstream', () => {
    const error = afterAll({ ...status(400), detail: { message: 'temperature must be below 2' } })
    expect(error).toMatchObject({ code: 'upstream-rejected', message: 'temperature must be below 2', failure: { status: 400 } })
  })

  it('is its own fault too where an earlier candidate failed by itself', () => {
    expect(afterAll(status(500), status(400)).code).toBe('upstream-rejected')
  })

  it('is its own fault where the model is nowhere', () => {
    expect(afterAll(status(404), status(404)).code).toBe('upstream-rejected')
  })

  it.each([401, 402, 403, 500, 503])('is that all endpoints failed, for %i of any of them', (code) => {
    expect(afterAll(status(code))).toMatchObject({ code: 'all-endpoints-failed', message: 'All inference endpoints failed' })
  })

  it('is that all endpoints failed where one lacks the model and another is down', () => {
    expect(afterAll(status(404), status(500)).code).toBe('all-endpoints-failed')
  })

  it('is not its own fault where the prompt was too long for one and a larger one is down', () => {
    expect(afterAll(TOO_LONG, status(500)).code).toBe('all-endpoints-failed')
    expect(afterAll(status(500), TOO_LONG).code).toBe('upstream-rejected')
  })

  it('is the rate limit only where nothing else went wrong', () => {
    expect(afterAll(status(429), status(429)).code).toBe('rate-limited')
    expect(afterAll(status(429), status(500)).code).toBe('all-endpoints-failed')
  })

  it('is the shortest wait that an upstream asked for', () => {
    const error = afterAll({ ...status(429), retryAfterMs: 9_000 }, status(503), { ...status(429), retryAfterMs: 7_000 })
    expect(error.retryAfterMs).toBe(7_000)
    expect(afterAll(status(429)).retryAfterMs).toBeUndefined()
  })
})

it('keeps the exception behind the last failure for the log', () => {
  const cause = new TypeError('a bug of a plug-in')
  const failed = [{ candidate: candidate('one'), failure: endpointFailure('malformed-reply', ''), cause }]
  expect(ladderError([], failed).cause).toBe(cause)
})

it('answers where nobody was asked', () => {
  expect(ladderError([], []).code).toBe('all-endpoints-failed')
})

function afterAll(...failures: readonly UpstreamFailure[]): ReturnType<typeof ladderError> {
  return ladderError(
    [],
    failures.map((failure) => ({ candidate: candidate('one'), failure })),
  )
}

function status(code: number): UpstreamFailure {
  return { ...judgeStatus(code), status: code, message: `Status ${code}.` }
}
