import { GatewayError } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { ollamaChat } from './index.ts'

describe('readError', () => {
  it.each([
    [404, "model 'x' not found", { scope: 'model', reason: 'model-not-found', retryable: false }],
    [400, 'registry.ollama.ai/library/x does not support tools', { scope: 'request', reason: 'rejected', retryable: false }],
    [400, 'the input length exceeds the context length', { scope: 'request', reason: 'context-too-long', retryable: false }],
    [500, 'model requires more system memory (9.9 GiB) than is available (3.1 GiB)', { scope: 'model', retryable: false }],
    [500, 'llama runner process has terminated: exit status 2', { scope: 'endpoint', reason: 'server-error', retryable: true }],
    [500, 'this model is missing data required for image input', { scope: 'request', reason: 'rejected', retryable: false }],
    [
      503,
      'server busy, please try again.  maximum pending requests exceeded',
      { scope: 'endpoint', reason: 'overloaded', retryable: true },
    ],
    [401, 'unauthorized', { scope: 'credential', reason: 'authentication-failed', retryable: false }],
  ])('judges %i "%s"', (status, error, outcome) => {
    const text = JSON.stringify({ error })
    expect(ollamaChat.readError({ status, header: () => null, text, nowMs: 0 })).toMatchObject({ ...outcome, status })
  })

  it('needs no JSON, and honours retry-after', () => {
    const header = (name: string): string | null => (name === 'retry-after' ? '3' : null)
    const failure = ollamaChat.readError({ status: 502, header, text: '<html>', nowMs: 0 })
    expect(failure).toMatchObject({ scope: 'endpoint', retryable: true, retryAfterMs: 3000 })
  })
})

describe('writeError', () => {
  it('says its error as a text, which is all that the clients read', () => {
    const error = new GatewayError('invalid-request', 'model: expected a model name, found null', { param: 'model' })
    expect(ollamaChat.writeError(error, 400)).toEqual({ error: error.message, code: 'invalid-request', param: 'model' })
  })

  it("gives a client the upstream's own words where the request was at fault", () => {
    const failure = {
      scope: 'request',
      reason: 'rejected',
      retryable: false,
      message: 'rejected',
      detail: { message: 'no tools' },
    } as const
    expect(ollamaChat.writeError(new GatewayError('upstream-rejected', 'rejected', { failure }), 400)).toEqual({
      error: 'no tools',
      code: 'upstream-rejected',
    })
  })

  it('lists the attempts where all have failed', () => {
    expect(ollamaChat.writeError(new GatewayError('all-endpoints-failed', 'a: timeout'), 503)).toEqual({
      error: 'All inference endpoints failed',
      code: 'all-endpoints-failed',
      details: 'a: timeout',
      attempts: [],
    })
  })
})
