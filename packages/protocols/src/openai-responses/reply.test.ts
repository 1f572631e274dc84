import { readFileSync } from 'node:fs'
import { GatewayError, isJsonObject, ReplyError } from '@gateway/core'
import type { ChatReply, JsonObject } from '@gateway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { objectsOf, parseObject, stringOf } from '../json-fields.ts'
import { openaiChat } from '../openai-chat/index.ts'
import { placesIn, replaced } from './__fixtures__/places.ts'
import { openaiResponses } from './index.ts'

const MESSAGE = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'Hi' }] }

describe('an answer that is read', () => {
  it.each<[string, JsonObject, unknown]>([
    ['an error', { error: { message: 'No', type: 'invalid_request_error' } }, { scope: 'request', reason: 'rejected' }],
    [
      'a failed response',
      { status: 'failed', error: { code: 'server_error', message: 'Oh' }, output: [] },
      { reason: 'error-in-reply', retryable: true },
    ],
    ['a failed response without a reason', { status: 'failed', error: null, output: [] }, { reason: 'error-in-reply' }],
    [
      'a prompt that was refused',
      { status: 'failed', error: { code: 'invalid_prompt', message: 'No' } },
      { scope: 'request', retryable: false },
    ],
    ['no output', { id: 'resp_1', status: 'completed' }, { reason: 'malformed-reply' }],
    ['an empty output', { id: 'resp_1', status: 'completed', output: [] }, { reason: 'empty-reply' }],
  ])('is a failure where it is %s', (_, body, failure) => {
    expect(() => openaiResponses.readReply(body)).toThrow(ReplyError)
    expect(() => openaiResponses.readReply(body)).toThrow(expect.objectContaining({ failure: expect.objectContaining(failure) }))
  })

  it('is none where it was cut before the first word, or is still being made', () => {
    const cut = openaiResponses.readReply({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, output: [] })
    expect(cut.choices[0]?.finishReason).toBe('length')
    const queued = openaiResponses.readReply({ status: 'queued', output: [] })
    expect(openaiResponses.writeReply(queued).value.status).toBe('queued')
  })

  it('takes the calls of tools for its end, sources and probabilities for what they are', () => {
    const annotations = [{ type: 'url_citation', url: 'https://a.example', title: 'A', start_index: 0, end_index: 2 }]
    const logprobs = [{ token: 'Hi', logprob: -0.1, bytes: [72, 105], top_logprobs: [] }]
    const content = [{ type: 'output_text', text: 'Hi', annotations, logprobs }]
    const body = {
      output: [
        { ...MESSAGE, content },
        { type: 'function_call', call_id: 'call_1', name: 'a', arguments: '{}' },
      ],
    }
    const [choice] = openaiResponses.readReply(body).choices
    expect(choice).toMatchObject({ finishReason: 'tool-calls', logprobs: { content: logprobs } })
    expect(choice?.content[0]).toEqual({ type: 'text', text: 'Hi', extras: { 'openai-responses': { annotations } } })
    const output = objectsOf(openaiResponses.writeReply(openaiResponses.readReply(body)).value.output)
    expect(output[0]).toMatchObject({ content: [{ annotations, logprobs }] })
  })

  it('never throws anything but a failure, whatever stands in whichever field', () => {
    const bodies = [{ output: [MESSAGE], usage: { input_tokens: 1, output_tokens: 2 } }, ...recordedReplies()]
    fc.assert(
      fc.property(fc.constantFrom(...bodies), fc.nat(), fc.jsonValue({ maxDepth: 3 }), (body, position, value) => {
        const places = placesIn(body)
        const changed = replaced(body, places[position % places.length] ?? [], JSON.parse(JSON.stringify(value)))
        expect(outcomeOf(isJsonObject(changed) ? changed : {})).toBe('read or failed')
      }),
      { numRuns: 2000 },
    )
  })
})

describe('an answer that is written', () => {
  it('has every field that clients require, and is not stored', () => {
    const { value } = openaiResponses.writeReply(replyOf([{ type: 'text', text: 'Hi' }]))
    expect(value).toMatchObject({
      id: 'resp_chatcmpl-1',
      object: 'response',
      status: 'completed',
      store: false,
      error: null,
      tools: [],
      metadata: {},
    })
    expect(value.usage).toBeNull()
    expect(value.output).toEqual([
      {
        id: 'msg_chatcmpl-1_1',
        type: 'message',
        status: 'completed',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'Hi', annotations: [], logprobs: [] }],
      },
    ])
  })

  it('says one answer, and reports the others', () => {
    const reply = replyOf([{ type: 'text', text: 'Hi' }])
    const [choice] = reply.choices
    const { value, warnings } = openaiResponses.writeReply({ ...reply, choices: choice ? [choice, { ...choice, index: 1 }] : [] })
    expect(objectsOf(value.output)).toHaveLength(1)
    expect(warnings).toEqual([{ change: 'dropped', field: 'n' }])
  })

  it('carries an answer of Chat Completions with its thoughts, calls and end', () => {
    const message = {
      role: 'assistant',
      content: 'Wait',
      reasoning_content: 'Hm',
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'a', arguments: '{"x":1}' } }],
    }
    const chat = openaiChat.readReply({
      id: 'chatcmpl-1',
      model: 'm',
      created: 5,
      choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
      usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7, prompt_tokens_details: { cached_tokens: 2 } },
    })
    const { value, warnings } = openaiResponses.writeReply(chat)
    expect(warnings).toEqual([])
    expect(value).toMatchObject({
      created_at: 5,
      output: [
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm' }] },
        { type: 'message', content: [{ text: 'Wait' }] },
        { type: 'function_call', call_id: 'call_1', name: 'a', arguments: '{"x":1}' },
      ],
      usage: { input_tokens: 3, output_tokens: 4, total_tokens: 7, input_tokens_details: { cached_tokens: 2 } },
    })
  })

  it('has an error in the envelope that all of the vendor’s clients know', () => {
    expect(openaiResponses.writeError(new GatewayError('model-not-found', 'No such model', { param: 'model' }), 404)).toEqual({
      error: { message: 'No such model', type: 'invalid_request_error', param: 'model', code: 'model_not_found' },
    })
  })
})

function replyOf(content: ChatReply['choices'][number]['content']): ChatReply {
  return { id: 'chatcmpl-1', model: 'm', choices: [{ index: 0, content, finishReason: 'stop' }], usage: {} }
}

function recordedReplies(): readonly JsonObject[] {
  const folder = new URL('__fixtures__/', import.meta.url)
  const entries = objectsOf(parseObject(readFileSync(new URL('index.json', folder), 'utf8'))?.entries)
  const names = entries.filter((entry) => entry.status === 200).map((entry) => stringOf(entry.response) ?? '')
  return names.filter((name) => name.endsWith('.json')).map((name) => parseObject(readFileSync(new URL(name, folder), 'utf8')) ?? {})
}

function outcomeOf(body: JsonObject): string {
  try {
    const reply = openaiResponses.readReply(body)
    openaiResponses.writeReply(reply)
    openaiChat.writeReply(reply)
  } catch (error) {
    if (!(error instanceof ReplyError)) throw error
  }
  return 'read or failed'
}
