import { ReplyError, usageFrom } from '@gateway/core'
import type { ChatReply, JsonObject, UpstreamFailure } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { gemini } from './index.ts'

describe('a read answer', () => {
  it.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content-filter'],
    ['RECITATION', 'content-filter'],
    ['BLOCKLIST', 'content-filter'],
    ['PROHIBITED_CONTENT', 'content-filter'],
    ['SPII', 'content-filter'],
    ['IMAGE_SAFETY', 'content-filter'],
    ['LANGUAGE', 'other'],
    ['MALFORMED_FUNCTION_CALL', 'other'],
    ['FUNCTION_CALL', 'tool-calls'],
    ['UNEXPECTED_TOOL_CALL', 'other'],
    ['SOMETHING_NEW', 'other'],
  ])('that ended in %s ended in %s, and is written as it came', (word, reason) => {
    const body = { candidates: [{ content: { parts: [{ text: 'a' }], role: 'model' }, finishReason: word, index: 0 }] }
    const reply = gemini.readReply(body)
    expect(reply.choices[0]?.finishReason).toBe(reason)
    expect(gemini.writeReply(reply).value).toEqual(body)
  })

  it('to a blocked prompt is an answer that a filter has ended', () => {
    const body = {
      promptFeedback: { blockReason: 'SAFETY', safetyRatings: [] },
      usageMetadata: { promptTokenCount: 4, totalTokenCount: 4 },
    }
    const reply = gemini.readReply(body)
    expect(reply.choices).toMatchObject([{ index: 0, content: [], finishReason: 'content-filter' }])
    expect(gemini.writeReply(reply).value).toEqual(body)
  })

  it('that a filter cut short, or that thought until the limit, is an answer', () => {
    expect(gemini.readReply({ candidates: [{ finishReason: 'SAFETY' }] }).choices[0]?.content).toEqual([])
    expect(gemini.readReply({ candidates: [{ finishReason: 'MAX_TOKENS' }] }).choices[0]?.finishReason).toBe('length')
    expect(gemini.readReply({ candidates: [{ finishReason: 'MALFORMED_FUNCTION_CALL' }] }).choices[0]?.finishReason).toBe('other')
  })

  it.each<[string, JsonObject, Partial<UpstreamFailure>]>([
    ['an error', { error: { code: 503, message: 'Overloaded', status: 'UNAVAILABLE' } }, { reason: 'overloaded', retryable: true }],
    [
      'an error of the request',
      { error: { code: 400, message: 'Bad', status: 'INVALID_ARGUMENT' } },
      { scope: 'request', reason: 'rejected' },
    ],
    ['no candidates', { candidates: [], usageMetadata: {} }, { reason: 'empty-reply', retryable: true }],
    ['a stop without a word', { candidates: [{ content: { role: 'model' }, finishReason: 'STOP' }] }, { reason: 'empty-reply' }],
    ['another shape', { choices: [] }, { reason: 'malformed-reply' }],
    ['parts that are none', { candidates: [{ content: { parts: 'a' } }] }, { reason: 'malformed-reply' }],
  ])('that is %s is a failure', (_, body, failure) => {
    expect(failureOf(body)).toMatchObject(failure)
  })

  it('says logprobs in the shape of the language', () => {
    const logprobsResult = {
      topCandidates: [
        {
          candidates: [
            { token: 'Hi', logProbability: -0.5 },
            { token: 'Yo', tokenId: 7, logProbability: -1 },
          ],
        },
      ],
      chosenCandidates: [{ token: 'Hi', logProbability: -0.5 }],
    }
    const body = { candidates: [{ content: { parts: [{ text: 'Hi' }], role: 'model' }, finishReason: 'STOP', index: 0, logprobsResult }] }
    const reply = gemini.readReply(body)
    expect(reply.choices[0]?.logprobs).toEqual({
      content: [
        {
          token: 'Hi',
          logprob: -0.5,
          bytes: null,
          top_logprobs: [
            { token: 'Hi', logprob: -0.5, bytes: null },
            { token: 'Yo', logprob: -1, bytes: null, token_id: 7 },
          ],
        },
      ],
    })
    expect(gemini.writeReply(reply).value).toEqual(body)
  })
})

describe('a written answer', () => {
  it('of another vendor has what clients look for, and says what it dropped', () => {
    const reply: ChatReply = {
      id: 'chatcmpl-1',
      model: 'gpt-4o',
      created: 1_700_000_000,
      choices: [
        {
          index: 0,
          content: [
            { type: 'reasoning', text: 'Hm.', signature: 'claude' },
            { type: 'text', text: 'Hi' },
            { type: 'tool-call', id: '1', name: 'f', arguments: '{"a":1}' },
          ],
          finishReason: 'tool-calls',
        },
      ],
      usage: usageFrom({ input: 10, cachedInput: 4, output: 5, reasoning: 2 }, 'provider'),
      extensions: { protocol: 'openai-chat', fields: { system_fingerprint: 'x' } },
    }
    expect(gemini.writeReply(reply)).toEqual({
      value: {
        candidates: [
          {
            content: {
              parts: [
                { text: 'Hm.', thought: true, thoughtSignature: btoa('gateway.thought:{"signature":"claude"}') },
                { text: 'Hi' },
                { functionCall: { id: '1', name: 'f', args: { a: 1 } } },
              ],
              role: 'model',
            },
            finishReason: 'STOP',
            index: 0,
          },
        ],
        usageMetadata: {
          promptTokenCount: 10,
          cachedContentTokenCount: 4,
          candidatesTokenCount: 3,
          thoughtsTokenCount: 2,
          totalTokenCount: 15,
        },
        modelVersion: 'gpt-4o',
        createTime: '2023-11-14T22:13:20.000Z',
        responseId: 'chatcmpl-1',
      },
      warnings: [{ change: 'dropped', field: 'system_fingerprint' }],
    })
  })
})

function failureOf(body: JsonObject): UpstreamFailure {
  try {
    gemini.readReply(body)
  } catch (error) {
    if (error instanceof ReplyError) return error.failure
    throw error
  }
  throw new Error('no failure')
}
