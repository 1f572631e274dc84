import { GatewayError } from '@gateway/core'
import type { JsonObject, UpstreamFailure } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { gemini } from './index.ts'

describe('a read error', () => {
  it.each<[number, JsonObject, Partial<UpstreamFailure>]>([
    [
      400,
      { message: 'API key expired.', status: 'INVALID_ARGUMENT', details: [{ reason: 'API_KEY_INVALID' }] },
      { scope: 'credential', retryable: false },
    ],
    [400, { message: 'User location is not supported for the API use.', status: 'FAILED_PRECONDITION' }, { scope: 'credential' }],
    [
      400,
      { message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).' },
      { reason: 'context-too-long' },
    ],
    [400, { message: 'Please use a valid role: user, model.' }, { scope: 'request', reason: 'rejected' }],
    [403, { message: 'Permission denied', status: 'PERMISSION_DENIED' }, { scope: 'credential', reason: 'authentication-failed' }],
    [404, { message: 'models/x is not found for API version v1beta' }, { scope: 'model', reason: 'model-not-found' }],
    [404, { message: 'CachedContent not found' }, { scope: 'request', reason: 'rejected' }],
    [500, { message: 'Internal', status: 'INTERNAL' }, { reason: 'server-error', retryable: true }],
    [503, { message: 'The model is overloaded.', status: 'UNAVAILABLE' }, { reason: 'overloaded', retryable: true }],
    [504, { message: 'Deadline', status: 'DEADLINE_EXCEEDED' }, { reason: 'server-error', retryable: true }],
  ])('of %i with %j is judged', (status, error, expected) => {
    for (const body of [{ error }, [{ error }]]) expect(read(status, JSON.stringify(body))).toMatchObject({ status, ...expected })
  })

  it.each([
    ['37s', 37_000],
    ['34.400s', 34_400],
    ['0s', 0],
  ])('waits %s', (retryDelay, retryAfterMs) => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }]
    const body = { error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Slow down', details } }
    expect(read(429, JSON.stringify(body))).toMatchObject({ reason: 'rate-limited', retryable: true, retryAfterMs })
    expect(read(429, JSON.stringify([body]))).toMatchObject({ retryAfterMs })
  })

  it('of a quota that lasts a day is not cured by waiting', () => {
    const details = [{ violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }] }]
    expect(read(429, JSON.stringify({ error: { code: 429, message: 'Quota', details } }))).toMatchObject({
      reason: 'quota-exhausted',
      retryable: false,
    })
  })

  it.each(['', '<html>', '[]', '{"error":null}', '[[[', 'data: {"error":{"message":"x"}}'])(
    'of the body %j is judged by its status',
    (text) => {
      expect(read(502, text)).toMatchObject({ reason: 'server-error', retryable: true, status: 502 })
    },
  )

  it('keeps no key', () => {
    const failure = read(400, JSON.stringify({ error: { message: `API key not valid: AIza${'x'.repeat(35)}` } }))
    expect(JSON.stringify(failure)).not.toContain('AIza')
  })
})

describe('a written error', () => {
  it("is a status in Google's envelope, and names the field", () => {
    const error = new GatewayError('invalid-request', 'contents: expected an array, found nothing', { param: 'contents' })
    expect(gemini.writeError(error, 400)).toEqual({
      error: {
        code: 400,
        message: 'contents: expected an array, found nothing',
        status: 'INVALID_ARGUMENT',
        details: [
          { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'INVALID_REQUEST', domain: 'gateway' },
          {
            '@type': 'type.googleapis.com/google.rpc.BadRequest',
            fieldViolations: [{ field: 'contents', description: 'contents: expected an array, found nothing' }],
          },
        ],
      },
    })
  })

  it('says how long to wait, in a form that is read back', () => {
    const body = gemini.writeError(new GatewayError('rate-limited', 'Too fast.', { retryAfterMs: 1500 }), 429)
    expect(body).toMatchObject({ error: { status: 'RESOURCE_EXHAUSTED' } })
    expect(read(429, JSON.stringify(body))).toMatchObject({ retryAfterMs: 1500 })
  })

  it('tells of every attempt where all have failed', () => {
    const attempts = [
      {
        provider: 'a',
        endpoint: 'a-1',
        model: 'm',
        outcome: 'connection-failed' as const,
        status: null,
        message: 'refused',
        latencyMs: 1.4,
      },
    ]
    const body = gemini.writeError(new GatewayError('all-endpoints-failed', 'Nobody answered.', { attempts }), 503)
    expect(body).toMatchObject({
      error: {
        code: 503,
        message: 'All inference endpoints failed',
        status: 'UNAVAILABLE',
        details: [
          {},
          { value: { details: 'Nobody answered.', attempts: [{ provider: 'a', reason: 'connection-failed', latency_ms: 1 }] } },
        ],
      },
    })
  })

  it.each([
    [401, 'UNAUTHENTICATED'],
    [404, 'NOT_FOUND'],
    [413, 'INVALID_ARGUMENT'],
    [500, 'INTERNAL'],
    [502, 'UNAVAILABLE'],
  ])('of %i has the status %s', (status, name) => {
    expect(gemini.writeError(new GatewayError('internal', 'x'), status)).toMatchObject({ error: { code: status, status: name } })
  })

  it("passes on the upstream's own words where the request was at fault", () => {
    const failure = read(400, JSON.stringify({ error: { code: 400, message: 'Too many images.', status: 'FAILED_PRECONDITION' } }))
    const body = gemini.writeError(new GatewayError('upstream-rejected', 'The upstream rejected the request.', { failure }), 400)
    expect(body).toMatchObject({ error: { message: 'Too many images.', status: 'FAILED_PRECONDITION' } })
  })
})

function read(status: number, text: string): UpstreamFailure {
  return gemini.readError({ status, header: () => null, text, nowMs: 0 })
}
