import { GatewayError } from '@gateway/core'
import type { UpstreamFailure } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { openaiChat } from './index.ts'

const SCOPES = {
  rejected: { scope: 'request', reason: 'rejected', retryable: false },
  tooLong: { scope: 'request', reason: 'context-too-long', retryable: false },
  badKey: { scope: 'credential', reason: 'authentication-failed', retryable: false },
  noQuota: { scope: 'credential', reason: 'quota-exhausted', retryable: false },
  limited: { scope: 'credential', reason: 'rate-limited', retryable: true },
  tooLargeForQuota: { scope: 'credential', reason: 'rate-limited', retryable: false },
  noModel: { scope: 'model', reason: 'model-not-found', retryable: false },
  failed: { scope: 'endpoint', reason: 'server-error', retryable: true },
  overloaded: { scope: 'endpoint', reason: 'overloaded', retryable: true },
  badCall: { scope: 'endpoint', reason: 'error-in-reply', retryable: true },
} as const

describe('readError', () => {
  it.each([
    [
      "OpenAI's empty account",
      429,
      { error: { message: 'You exceeded your current quota', type: 'insufficient_quota', code: 'insufficient_quota' } },
      SCOPES.noQuota,
    ],
    ["OpenAI's rate limit", 429, { error: { message: 'Rate limit reached', type: 'tokens', code: 'rate_limit_exceeded' } }, SCOPES.limited],
    [
      "OpenAI's request that no minute has room for",
      429,
      {
        error: {
          message: 'Request too large for gpt-4o in organization org-x on tokens per min (TPM)',
          type: 'tokens',
          code: 'rate_limit_exceeded',
        },
      },
      SCOPES.tooLargeForQuota,
    ],
    [
      "Groq's request that no minute has room for",
      413,
      {
        error: {
          message: 'Request too large for model `m` on tokens per minute (TPM): Limit 6000',
          type: 'tokens',
          code: 'rate_limit_exceeded',
        },
      },
      SCOPES.tooLargeForQuota,
    ],
    [
      "OpenAI's context",
      400,
      {
        error: {
          message: "This model's maximum context length is 8192 tokens.",
          type: 'invalid_request_error',
          code: 'context_length_exceeded',
        },
      },
      SCOPES.tooLong,
    ],
    [
      "llama.cpp's context",
      400,
      {
        error: {
          code: 400,
          message: 'request (9 tokens) exceeds the available context size (8 tokens)',
          type: 'exceed_context_size_error',
        },
      },
      SCOPES.tooLong,
    ],
    [
      "vLLM's context",
      400,
      {
        object: 'error',
        message: "This model's maximum context length is 8 tokens. However, you requested 9 tokens",
        type: 'BadRequestError',
        code: 400,
      },
      SCOPES.tooLong,
    ],
    [
      "OpenRouter's context",
      400,
      { error: { code: 400, message: 'This endpoint has a maximum context length of 8 tokens' } },
      SCOPES.tooLong,
    ],
    ["Anthropic's context through a shim", 400, { error: { message: 'prompt is too long: 9 tokens > 8 maximum' } }, SCOPES.tooLong],
    [
      "Google's context",
      400,
      [{ error: { code: 400, message: 'The input token count (9) exceeds the maximum number of tokens allowed (8).' } }],
      SCOPES.tooLong,
    ],
    [
      "Groq's context",
      400,
      { error: { message: 'Please reduce the length of the messages or completion.', code: 'context_length_exceeded' } },
      SCOPES.tooLong,
    ],
    [
      "llama.cpp's image for a text model",
      500,
      { error: { code: 500, message: 'image input is not supported - hint: you may need to provide the mmproj', type: 'server_error' } },
      SCOPES.rejected,
    ],
    [
      "llama.cpp's request that it cannot parse",
      500,
      { error: { code: 500, message: 'Failed to parse', type: 'invalid_request_error' } },
      SCOPES.rejected,
    ],
    ["llama.cpp's loading model", 503, { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } }, SCOPES.overloaded],
    ["Ollama's missing model", 404, { error: { message: "model 'x' not found", type: 'not_found_error' } }, SCOPES.noModel],
    ["OpenRouter's missing model", 400, { error: { code: 400, message: 'x/y is not a valid model ID' } }, SCOPES.noModel],
    [
      "Groq's retired model",
      400,
      { error: { message: 'The model `x` has been decommissioned', code: 'model_decommissioned' } },
      SCOPES.noModel,
    ],
    [
      "Google's bad key",
      400,
      [{ error: { code: 400, message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT' } }],
      SCOPES.badKey,
    ],
    ["xAI's bad key", 400, { code: 'x', error: 'Incorrect API key provided: xa***56.' }, SCOPES.badKey],
    [
      "OpenRouter's moderation",
      403,
      { error: { code: 403, message: 'Your chosen model requires moderation and your input was flagged' } },
      SCOPES.rejected,
    ],
    [
      "Groq's bad call",
      400,
      { error: { message: 'Failed to call a function.', type: 'invalid_request_error', code: 'tool_use_failed' } },
      SCOPES.badCall,
    ],
    ["Cloudflare's bad key", 401, { success: false, errors: [{ message: 'Unauthorized' }] }, SCOPES.badKey],
    ["FastAPI's complaint", 422, { detail: [{ loc: ['body'], msg: 'Field required' }] }, SCOPES.rejected],
    ['a crash', 500, { error: { message: 'boom', type: 'server_error' } }, SCOPES.failed],
    ['an overload', 529, {}, SCOPES.overloaded],
  ])('knows %s', (...[, status, body, expected]) => {
    expect(readError(status, JSON.stringify(body))).toMatchObject({ ...expected, status })
  })

  it.each([
    '<!doctype html><title>502 Bad Gateway</title>nginx at 10.0.0.5',
    '',
    'upstream connect error',
    '{"error":',
    'null',
    '[]',
    '"x"',
  ])('says nothing of its own about the body %j', (text) => {
    const failure = readError(502, text)
    expect(failure).toEqual({ ...SCOPES.failed, status: 502, message: 'the upstream failed' })
  })

  it("keeps the upstream's words, type, code and param for a client whose request was at fault", () => {
    const error = { message: "Invalid 'messages[3]'.", type: 'invalid_request_error', param: 'messages[3]', code: 'invalid_value' }
    expect(readError(400, JSON.stringify({ error })).detail).toEqual(error)
  })

  it('repeats no key', () => {
    const failure = readError(
      401,
      JSON.stringify({ error: { message: 'Incorrect API key provided: sk-proj-abcdefghijkl', code: 'sk-abcdefghijkl' } }),
    )
    expect(JSON.stringify(failure)).not.toContain('abcdef')
  })

  it('takes the delay from a header, else from the body', () => {
    const body = JSON.stringify([{ error: { code: 429, details: [{ retryDelay: '37s' }] } }])
    expect(readError(429, body).retryAfterMs).toBe(37_000)
    expect(readError(429, body, { 'retry-after': '5' }).retryAfterMs).toBe(5000)
    expect(readError(429, '').retryAfterMs).toBeUndefined()
  })
})

describe('writeError', () => {
  it.each([
    [
      new GatewayError('model-not-found', 'No model x', { param: 'model' }),
      404,
      { message: 'No model x', type: 'invalid_request_error', param: 'model', code: 'model_not_found' },
    ],
    [
      new GatewayError('unauthenticated', 'No key'),
      401,
      { message: 'No key', type: 'invalid_request_error', param: null, code: 'invalid_api_key' },
    ],
    [
      new GatewayError('rate-limited', 'Slow down'),
      429,
      { message: 'Slow down', type: 'rate_limit_error', param: null, code: 'rate_limit_exceeded' },
    ],
    [
      new GatewayError('invalid-request', 'n: no', { param: 'n' }),
      400,
      { message: 'n: no', type: 'invalid_request_error', param: 'n', code: 'invalid_request' },
    ],
    [new GatewayError('internal', 'Oops'), 500, { message: 'Oops', type: 'server_error', param: null, code: 'internal_error' }],
  ])('puts %s into an envelope', (error, status, expected) => {
    expect(openaiChat.writeError(error, status)).toEqual({ error: expected })
  })

  it('tells each attempt when all have failed', () => {
    const attempt = {
      provider: 'p',
      endpoint: 'e',
      model: 'm',
      outcome: 'server-error' as const,
      status: 500,
      message: 'the upstream failed',
      latencyMs: 12.4,
    }
    const error = new GatewayError('all-endpoints-failed', 'The last of 1 attempts: the upstream failed', { attempts: [attempt] })
    expect(openaiChat.writeError(error, 503)).toEqual({
      error: {
        message: 'All inference endpoints failed',
        type: 'server_error',
        param: null,
        code: 'all_endpoints_failed',
        details: 'The last of 1 attempts: the upstream failed',
        attempts: [{ provider: 'p', model: 'm', status: 500, reason: 'server-error', message: 'the upstream failed', latency_ms: 12 }],
      },
    })
  })

  it("passes on the upstream's own words about a request that it rejected", () => {
    const failure = readError(
      400,
      JSON.stringify({ error: { message: 'Bad image', type: 'invalid_request_error', param: 'messages', code: 'invalid_image_format' } }),
    )
    const error = new GatewayError('upstream-rejected', 'The upstream rejected the request', { failure })
    expect(openaiChat.writeError(error, 400)).toEqual({
      error: { message: 'Bad image', type: 'invalid_request_error', param: 'messages', code: 'invalid_image_format' },
    })
  })

  it('has words of its own where the upstream has none', () => {
    const error = new GatewayError('upstream-rejected', 'The upstream rejected the request', { failure: readError(400, '<html>') })
    expect(openaiChat.writeError(error, 400)).toEqual({
      error: { message: 'The upstream rejected the request', type: 'invalid_request_error', param: null, code: 'upstream_rejected' },
    })
  })

  it('calls a context that is too long what OpenAI calls it, where the upstream has no word', () => {
    const failure = { scope: 'request', reason: 'context-too-long', retryable: false, status: 400, message: 'Too long.' } as const
    const error = new GatewayError('upstream-rejected', 'Too long.', { failure })
    expect(openaiChat.writeError(error, 400)).toMatchObject({ error: { code: 'context_length_exceeded' } })
  })
})

function readError(status: number, text: string, headers: Readonly<Record<string, string>> = {}): UpstreamFailure {
  return openaiChat.readError({ status, header: (name) => headers[name] ?? null, text, nowMs: 0 })
}
