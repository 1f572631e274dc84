import { describe, expect, it } from 'vitest'
import { endpointFailure, judgeStatus } from './failure.ts'

describe('what a status says', () => {
  it.each([400, 413, 422, 405, 418])('blames the request for %i, and nobody asks again', (status) => {
    expect(judgeStatus(status)).toEqual({ scope: 'request', reason: 'rejected', retryable: false })
  })

  it.each([
    [401, 'authentication-failed'],
    [402, 'quota-exhausted'],
    [403, 'authentication-failed'],
  ])('takes the key for dead at %i', (status, reason) => {
    expect(judgeStatus(status)).toEqual({ scope: 'credential', reason, retryable: false })
  })

  it('takes the model for absent there at 404', () => {
    expect(judgeStatus(404)).toEqual({ scope: 'model', reason: 'model-not-found', retryable: false })
  })

  it('may ask the same key again after 429', () => {
    expect(judgeStatus(429)).toEqual({ scope: 'credential', reason: 'rate-limited', retryable: true })
  })

  it.each([408, 409, 425, 500, 502, 504, 599])('takes %i for a passing fault of the endpoint', (status) => {
    expect(judgeStatus(status)).toEqual({ scope: 'endpoint', reason: 'server-error', retryable: true })
  })

  it.each([503, 529])('takes the endpoint for overloaded at %i', (status) => {
    expect(judgeStatus(status)).toEqual({ scope: 'endpoint', reason: 'overloaded', retryable: true })
  })

  it.each([301, 302, 307, 308])('does not follow %i', (status) => {
    expect(judgeStatus(status)).toEqual({ scope: 'endpoint', reason: 'redirected', retryable: false })
  })

  it('does not ask again where the endpoint cannot do it', () => {
    expect(judgeStatus(501).retryable).toBe(false)
  })
})

describe('a failure without a status', () => {
  it('has no status field', () => {
    expect(endpointFailure('connection-failed', 'No.')).toEqual({
      scope: 'endpoint',
      reason: 'connection-failed',
      retryable: true,
      message: 'No.',
    })
  })
})
