import { APIError, AuthenticationError, BadRequestError, InternalServerError, NotFoundError, RateLimitError } from 'openai'
import { describe, expect, it } from 'vitest'
import type { Fault } from '../../upstreams/faults/fault.ts'
import { LEAKED_KEY } from '../../upstreams/complaint.ts'
import { faultsThat, requestsOf } from './subject.ts'
import type { Question, Subject } from './subject.ts'

/** What a client hears when it cannot have an answer. */
export function testErrors(subject: Subject): void {
  describe('errors', () => {
    testClientsFault(subject)
    if (subject.token !== null) testWrongKey(subject)
    testEverybodyFails(subject)
    testSecrecy(subject)
  })
}

function testClientsFault(subject: Subject): void {
  it('tells a provider’s 400 in its own words, and asks nobody else', async () => {
    await subject.first().behave('status-400')
    const error = await failureOf(subject)
    expect(error).toBeInstanceOf(BadRequestError)
    expect(error).toMatchObject({ status: 400, type: 'invalid_request_error', param: 'messages[0]', code: 'invalid_value' })
    expect(error.message).toContain("Invalid 'messages[0]'")
    expect(await requestsOf(subject.second())).toBe(0)
  })

  it.each(faultsThat('refuses', 'whole'))('does not try elsewhere what is the request’s own fault: %s', async (fault) => {
    await subject.first().behave(fault)
    const error = await failureOf(subject)
    expect(error.status).toBeGreaterThanOrEqual(400)
    expect(error.status).toBeLessThan(500)
    expect(await requestsOf(subject.first())).toBe(1)
    expect(await requestsOf(subject.second())).toBe(0)
  })

  it('answers BadRequestError by itself for what is no chat request', async () => {
    const error = await failureOf(subject, { ...subject.question(), messages: [] })
    expect(error).toBeInstanceOf(BadRequestError)
    expect(error.type).toBe('invalid_request_error')
  })

  it('answers NotFoundError for a model that nobody has', async () => {
    const error = await failureOf(subject, { ...subject.question(), model: 'no-such-model' })
    expect(error).toBeInstanceOf(NotFoundError)
    expect(error).toMatchObject({ status: 404, code: 'model_not_found', type: 'invalid_request_error' })
  })
}

function testWrongKey(subject: Subject): void {
  it('answers AuthenticationError for a wrong key', async () => {
    const attempt = subject.client('wrong-key').chat.completions.create(subject.question())
    const error = await attempt.catch((failure: unknown) => failure)
    expect(error).toBeInstanceOf(AuthenticationError)
    const requestID: unknown = expect.any(String)
    expect(error).toMatchObject({ status: 401, requestID })
    expect(await requestsOf(subject.first())).toBe(0)
  })
}

function testEverybodyFails(subject: Subject): void {
  it('answers 503 with every attempt when all providers fail', async () => {
    await everywhere(subject, 'status-500')
    const error = await failureOf(subject)
    expect(error).toBeInstanceOf(InternalServerError)
    expect(error).toMatchObject({ status: 503, code: 'all_endpoints_failed' })
    expect(error.message).toContain('All inference endpoints failed')
    const { first, second } = subject.providers
    const attempts = Array.from({ length: subject.maxAttempts }, () => ({ status: 500 }))
    expect(error.error).toMatchObject({ attempts })
    expect(JSON.stringify(error.error)).toMatch(new RegExp(`"provider":"${first}".*"provider":"${second}"`))
  })

  it('spends its own attempts and then keeps the SDK from retrying', async () => {
    await everywhere(subject, 'status-500')
    const error = await failureOf(subject)
    expect(error.headers?.get('x-should-retry')).toBe('false')
    expect(error.headers?.get('x-gateway-attempts')).toBe(String(subject.maxAttempts))
    expect(error.headers?.get('x-request-id')).toBeTruthy()
    expect((await requestsOf(subject.first())) + (await requestsOf(subject.second()))).toBe(subject.maxAttempts)
  })

  it('answers RateLimitError with a bounded retry-after when all are at their limit', async () => {
    await everywhere(subject, 'rate-limited-579')
    const error = await failureOf(subject)
    expect(error).toBeInstanceOf(RateLimitError)
    expect(error.headers?.get('x-should-retry')).toBe('false')
    const seconds = Number(error.headers?.get('retry-after'))
    expect(seconds).toBeGreaterThanOrEqual(1)
    expect(seconds).toBeLessThanOrEqual(subject.maxRetryAfterSeconds)
  })

  it.each(['rate-limited-absurd', 'rate-limited-nonsense'] as const)('never passes a senseless delay on: %s', async (fault) => {
    await everywhere(subject, fault)
    const delay = (await failureOf(subject)).headers?.get('retry-after') ?? '1'
    expect(delay).toMatch(/^\d+$/)
    expect(Number(delay)).toBeLessThanOrEqual(subject.maxRetryAfterSeconds)
  })

  it.each(['status-401', 'status-403'] as const)('never makes a provider’s %s the client’s', async (fault) => {
    await everywhere(subject, fault)
    expect(await failureOf(subject)).toMatchObject({ status: 503, code: 'all_endpoints_failed' })
  })

  it('says the same when a stream was asked for', async () => {
    await everywhere(subject, 'reset-before-headers')
    const attempt = subject.client().chat.completions.create({ ...subject.question(), stream: true })
    await expect(attempt).rejects.toMatchObject({ status: 503, code: 'all_endpoints_failed' })
  })
}

function testSecrecy(subject: Subject): void {
  it.each(['status-401', 'status-403', 'rate-limited', 'refuse-connections', 'html-200'] as const)(
    'gives no secret away: %s',
    async (fault) => {
      await everywhere(subject, fault)
      const { error, headers, message } = await failureOf(subject)
      const told = JSON.stringify([error, [...(headers ?? [])], message])
      for (const secret of [...subject.secrets, LEAKED_KEY]) expect(told).not.toContain(secret)
    },
  )
}

async function everywhere(subject: Subject, fault: Fault): Promise<void> {
  await subject.first().behave(fault)
  await subject.second().behave(fault)
}

async function failureOf(subject: Subject, question: Question = subject.question()): Promise<APIError> {
  const failure: unknown = await subject
    .client()
    .chat.completions.create(question)
    .then(
      () => 'it answered',
      (error: unknown) => error,
    )
  if (failure instanceof APIError && failure.status !== undefined) return failure
  throw new Error(`Expected an error with a status, got ${String(failure)}`)
}
