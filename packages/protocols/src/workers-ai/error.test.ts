import { GatewayError } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { answerOfBindingError, workersAi } from './index.ts'

const OUTCOMES = [
  [400, 5007, 'No such model @cf/x or task', { scope: 'model', reason: 'model-not-found', retryable: false }],
  [400, 5006, "Error: required properties at '/' are 'prompt'", { scope: 'request', reason: 'rejected', retryable: false }],
  [400, 5021, 'exceeded this model context window limit', { scope: 'request', reason: 'context-too-long', retryable: false }],
  [403, 5016, 'User has not agreed to Llama3.2 model terms', { scope: 'model', retryable: false }],
  [403, 3023, 'Service unavailable for account', { scope: 'credential', reason: 'authentication-failed' }],
  [413, 3006, 'Request is too large', { scope: 'request', reason: 'rejected' }],
  [408, 3007, 'Request timeout', { scope: 'endpoint', reason: 'server-error', retryable: true }],
  [
    429,
    3036,
    'You have used up your daily free allocation of 10,000 neurons.',
    { scope: 'credential', reason: 'quota-exhausted', retryable: false },
  ],
  [429, 3040, 'Capacity temporarily exceeded, please try again.', { scope: 'endpoint', reason: 'overloaded', retryable: true }],
] as const

describe('readError', () => {
  it.each(OUTCOMES)('judges %i with %i "%s"', (...[status, code, message, outcome]) => {
    const text = JSON.stringify({ result: null, success: false, errors: [{ code, message: `AiError: ${message}` }], messages: [] })
    expect(errorOf(status, text)).toMatchObject({ ...outcome, status, detail: { code: String(code) } })
  })

  it.each([
    [401, '{"success":false,"errors":[{"code":10000,"message":"Authentication error"}]}', 'credential'],
    [404, '{"success":false,"errors":[{"code":7003,"message":"Could not route to /accounts/x/ai/run"}]}', 'credential'],
    [429, '{"success":false,"error":[{"code":2003,"message":"Rate limited"}]}', 'credential'],
    [429, '{"success":false,"result":[],"error":[{"code":3040,"message":"No capacity"}]}', 'endpoint'],
    [502, '<html>bad gateway</html>', 'endpoint'],
    [400, '{"error":{"message":"This model\'s maximum context length is 8192 tokens"}}', 'request'],
  ])('judges %i %s', (status, text, scope) => {
    expect(errorOf(status, text)).toMatchObject({ status, scope })
  })
})

describe('answerOfBindingError', () => {
  it.each(OUTCOMES)('answers %i to an exception with %i', (...[status, code, message, outcome]) => {
    const answer = answerOfBindingError(new Error(`InferenceUpstreamError: AiError: ${code}: ${message}`))
    expect(answer.status).toBe(status)
    expect(errorOf(answer.status, JSON.stringify(answer.body))).toMatchObject(outcome)
  })

  it('takes a number beside the message, and 500 for what has none', () => {
    expect(answerOfBindingError(Object.assign(new Error('no capacity'), { code: 3040 })).status).toBe(429)
    expect(answerOfBindingError(new Error('request 1234: boom')).status).toBe(500)
    expect(answerOfBindingError('boom')).toMatchObject({ status: 500, body: { success: false, errors: [{ message: 'boom' }] } })
  })
})

describe('writeError', () => {
  it("speaks in Cloudflare's envelope and numbers", () => {
    const error = new GatewayError('invalid-request', 'n: expected an integer from 1 to 128, found 0', { param: 'n' })
    expect(workersAi.writeError(error, 400)).toEqual({
      result: null,
      success: false,
      errors: [{ code: 5006, message: error.message, type: 'invalid-request', param: 'n' }],
      messages: [],
    })
  })

  it("gives a client the upstream's own words and number where the request was at fault", () => {
    const detail = { message: 'too long', code: '5021' }
    const failure = { scope: 'request', reason: 'context-too-long', retryable: false, message: 'too long', detail } as const
    expect(workersAi.writeError(new GatewayError('upstream-rejected', 'rejected', { failure }), 400)).toMatchObject({
      errors: [{ code: 5021, message: 'too long', type: 'upstream-rejected' }],
    })
  })

  it('lists the attempts where all have failed', () => {
    expect(workersAi.writeError(new GatewayError('all-endpoints-failed', 'a: timeout'), 503)).toMatchObject({
      errors: [{ code: 3040, message: 'All inference endpoints failed', details: 'a: timeout', attempts: [] }],
    })
  })
})

function errorOf(status: number, text: string) {
  return workersAi.readError({ status, header: () => null, text, nowMs: 0 })
}
