import { GatewayError, ReplyError } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { anthropicMessages } from './index.ts'

describe('reading an error', () => {
  it.each([
    [400, 'invalid_request_error', 'messages: required', { scope: 'request', reason: 'rejected', retryable: false }],
    [400, 'invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum', { scope: 'request', reason: 'context-too-long' }],
    [
      400,
      'invalid_request_error',
      'Your credit balance is too low to access the Anthropic API.',
      { scope: 'credential', reason: 'quota-exhausted' },
    ],
    [401, 'authentication_error', 'invalid x-api-key', { scope: 'credential', reason: 'authentication-failed', retryable: false }],
    [402, 'billing_error', 'Pay', { scope: 'credential', reason: 'quota-exhausted', retryable: false }],
    [404, 'not_found_error', 'model: x', { scope: 'model', reason: 'model-not-found', retryable: false }],
    [413, 'request_too_large', 'Request exceeds the maximum size', { scope: 'request', reason: 'rejected', retryable: false }],
    [
      429,
      'rate_limit_error',
      'Number of request tokens has exceeded your limit',
      { scope: 'credential', reason: 'rate-limited', retryable: true },
    ],
    [500, 'api_error', 'Internal server error', { scope: 'endpoint', reason: 'server-error', retryable: true }],
    [529, 'overloaded_error', 'Overloaded', { scope: 'endpoint', reason: 'overloaded', retryable: true }],
  ])('%i %s "%s" is the right failure', (status, type, ...[message, expected]) => {
    const text = JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_1' })
    const failure = read(status, text)
    expect(failure).toMatchObject(Object(expected))
    expect(failure).toMatchObject({ status, detail: { type, message } })
  })

  it.each([
    [404, 'not_found_error', 'thread_not_found'],
    [409, 'conflict_error', 'thread_already_continued'],
  ])('leaves a thread that is lost to the client, whose SDK sends it all again: %i', (status, type, code) => {
    const error = { type, message: 'No such thread', details: { error_code: code } }
    expect(read(status, JSON.stringify({ type: 'error', error }))).toMatchObject({
      scope: 'request',
      reason: 'rejected',
      retryable: false,
      detail: { code },
    })
  })

  it('goes by the status where the body is not JSON', () => {
    expect(read(503, '<html>busy</html>')).toMatchObject({ reason: 'overloaded', status: 503 })
    expect(read(503, '<html>busy</html>')).not.toHaveProperty('detail')
  })

  it('reads how long to wait', () => {
    expect(read(429, '{}', { 'retry-after': '3' }).retryAfterMs).toBe(3000)
  })

  it('finds an error inside a success', () => {
    const body = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
    expect(failureOf(body)).toMatchObject({ reason: 'overloaded', retryable: true })
    expect(failureOf({ error: 'boom' })).toMatchObject({ reason: 'error-in-reply', retryable: true, detail: { message: 'boom' } })
  })

  it.each([
    [{}, 'malformed-reply'],
    [{ content: 'x' }, 'malformed-reply'],
    [{ content: [{ type: 'text' }], stop_reason: 'end_turn' }, 'malformed-reply'],
    [{ content: [], stop_reason: 'end_turn', usage: { output_tokens: 0 } }, 'empty-reply'],
    [{ content: [], stop_reason: null }, 'empty-reply'],
  ])('takes the success %j for no answer', (body, reason) => {
    expect(failureOf(body)).toMatchObject({ scope: 'endpoint', reason, retryable: true })
  })

  it('takes a turn that ends without a word for an answer, as it may behind results of tools', () => {
    const reply = anthropicMessages.readReply({ content: [], stop_reason: 'end_turn', usage: { output_tokens: 2 } })
    expect(reply.choices).toEqual([{ index: 0, content: [], finishReason: 'stop' }])
  })
})

describe('writing an error', () => {
  it.each([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [403, 'permission_error'],
    [404, 'not_found_error'],
    [405, 'invalid_request_error'],
    [413, 'request_too_large'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [503, 'api_error'],
    [529, 'overloaded_error'],
  ])('gives %i its type %s', (status, type) => {
    expect(anthropicMessages.writeError(new GatewayError('internal', 'Oh'), status)).toEqual({
      type: 'error',
      error: { type, message: 'Oh', details: { error_code: 'internal' } },
      request_id: null,
    })
  })

  it('says the vendor’s own words where the request was at fault', () => {
    const detail = { message: 'max_tokens: too high', type: 'invalid_request_error' }
    const failure = { scope: 'request', reason: 'rejected', retryable: false, message: 'rejected', detail } as const
    const error = new GatewayError('upstream-rejected', 'The upstream rejected it.', { failure })
    expect(anthropicMessages.writeError(error, 400)).toMatchObject({ error: detail })
  })

  it('leaves other vendors’ types out', () => {
    const detail = { message: 'bad', type: 'server_error', code: 'x' }
    const failure = { scope: 'request', reason: 'rejected', retryable: false, message: 'rejected', detail } as const
    const error = new GatewayError('upstream-rejected', 'The upstream rejected it.', { failure })
    expect(anthropicMessages.writeError(error, 400)).toMatchObject({
      error: { type: 'invalid_request_error', details: { error_code: 'x' } },
    })
  })

  it('says of a thread that nobody keeps what lets the SDK go on without one', () => {
    const error = new GatewayError('invalid-request', 'thread: needs state', { param: 'thread' })
    expect(anthropicMessages.writeError(error, 400)).toMatchObject({
      error: { type: 'invalid_request_error', details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] } },
    })
  })

  it('names the field that is at fault', () => {
    const error = new GatewayError('invalid-request', 'max_tokens: expected …', { param: 'max_tokens' })
    expect(anthropicMessages.writeError(error, 400)).toMatchObject({ error: { details: { param: 'max_tokens' } } })
  })
})

function read(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): ReturnType<typeof anthropicMessages.readError> {
  return anthropicMessages.readError({ status, header: (name) => headers[name] ?? null, text, nowMs: 0 })
}

function failureOf(body: Parameters<typeof anthropicMessages.readReply>[0]): unknown {
  try {
    return anthropicMessages.readReply(body)
  } catch (error) {
    return error instanceof ReplyError ? error.failure : error
  }
}
