import { readFileSync } from 'node:fs'
import { GatewayError, isJsonObject } from '@gateway/core'
import type { ChatRequest, Json, JsonObject } from '@gateway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { objectsOf, parseObject, stringOf } from '../json-fields.ts'
import { openaiChat } from '../openai-chat/index.ts'
import { placesIn, replaced } from './__fixtures__/places.ts'
import { openaiResponses } from './index.ts'

const BASE = { model: 'gpt-5', store: false }

describe('a request that is opened', () => {
  it('tells what the gateway acts on', () => {
    const opened = open({ model: 'gpt-5', input: 'Hi', stream: true, max_output_tokens: 50 })
    expect(opened).toMatchObject({
      model: 'gpt-5',
      isStreaming: true,
      wantsStreamUsage: true,
      size: { maxOutputTokens: 50, choiceCount: 1 },
    })
  })

  it('passes with the name of the model changed, and nothing else', () => {
    const text = '{ "input": "Hi",  "previous_response_id": "resp_1", "model": "fast" }'
    const wire = wireOf(text)
    expect(openaiResponses.passRequest(wire, { model: 'gpt-5', canAskForUsage: true })).toBe(text.replace('fast', 'gpt-5'))
  })

  it.each<[JsonObject, string]>([
    [{ input: 'Hi' }, 'model: expected a model name, found nothing'],
    [{ model: '', input: 'Hi' }, 'model: expected a model name, found an empty string'],
    [{ model: 'gpt-5', input: 7 }, 'input: expected a string or an array of items, found a number'],
    [{ model: 'gpt-5', input: 'Hi', stream: 'yes' }, 'stream: expected a boolean, found a string'],
    [{ model: 'gpt-5', input: 'Hi', max_output_tokens: 0 }, 'max_output_tokens: expected a positive integer, found 0'],
    [{ model: 'gpt-5', input: 'Hi', Stream: true }, 'Stream: expected the field to be written stream, found a boolean'],
    [
      { model: 'gpt-5', input: 'Hi', api_base: 'x' },
      'api_base: expected no such field, since the gateway decides where a request goes, found a string',
    ],
  ])('is refused as %j', (body, message) => {
    expect(() => open(body)).toThrow(
      expect.objectContaining({ code: 'invalid-request', message, param: message.slice(0, message.indexOf(':')) }),
    )
  })
})

describe('what only the vendor remembers', () => {
  it.each<[JsonObject, string]>([
    [{ input: 'Hi', previous_response_id: 'resp_1' }, 'previous_response_id'],
    [{ input: 'Hi', conversation: { id: 'conv_1' } }, 'conversation'],
    [{ input: 'Hi', background: true }, 'background'],
    [{ prompt: { id: 'pmpt_1' } }, 'prompt'],
    [{ input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input[0]'],
    [{ input: [{ role: 'user', content: 'Hi' }, { id: 'rs_1' }] }, 'input[1]'],
  ])('is refused where it would have to be translated: %j', (fields, param) => {
    expect(() => read(fields)).toThrow(expect.objectContaining({ code: 'invalid-request', param }))
    expect(open({ ...BASE, ...fields }).model).toBe('gpt-5')
  })

  it('may be denied', () => {
    const request = read({ input: 'Hi', previous_response_id: null, background: false, conversation: null })
    expect(request.extensions).toBeUndefined()
  })
})

describe('a conversation', () => {
  it('is the same as a string, a message without a type, and one with parts', () => {
    const content = [{ type: 'text', text: 'Hi' }]
    const messages = [{ role: 'user', content }]
    expect(read({ input: 'Hi' }).messages).toEqual(messages)
    expect(read({ input: [{ role: 'user', content: 'Hi' }] }).messages).toEqual(messages)
    expect(read({ input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }] }).messages).toEqual(messages)
  })

  it('joins what the model said, thought and called into one turn, and keeps the order of results', () => {
    const request = read({
      instructions: 'Be brief',
      input: [
        { role: 'user', content: 'Hi' },
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }], encrypted_content: 'sealed' },
        {
          type: 'message',
          role: 'assistant',
          id: 'msg_1',
          status: 'completed',
          content: [{ type: 'output_text', text: 'Wait', annotations: [] }],
        },
        { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'a', arguments: '{}', status: 'completed' },
        { type: 'custom_tool_call', id: 'ctc_1', call_id: 'call_2', name: 'b', input: 'free' },
        { type: 'function_call_output', call_id: 'call_1', output: 'one' },
        { type: 'custom_tool_call_output', call_id: 'call_2', output: [{ type: 'input_text', text: 'two' }] },
      ],
    })
    expect(request.messages).toEqual([
      { role: 'system', content: [{ type: 'text', text: 'Be brief' }] },
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'Hm', id: 'rs_1', encrypted: 'sealed' },
          { type: 'text', text: 'Wait' },
          { type: 'tool-call', id: 'call_1', name: 'a', arguments: '{}' },
          { type: 'tool-call', id: 'call_2', name: 'b', arguments: 'free', kind: 'custom' },
        ],
      },
      { role: 'tool', toolCallId: 'call_1', content: [{ type: 'text', text: 'one' }] },
      { role: 'tool', toolCallId: 'call_2', content: [{ type: 'text', text: 'two' }] },
    ])
    const items = objectsOf(openaiResponses.writeRequest(request).value.input)
    expect(items.map((item) => item.type).slice(-2)).toEqual(['function_call_output', 'custom_tool_call_output'])
  })

  it('leaves out a thought of which nothing is left but its id', () => {
    const input = [
      { role: 'user', content: 'Hi' },
      { type: 'reasoning', id: 'rs_1', summary: [] },
      { type: 'message', role: 'assistant', content: 'Ho' },
    ]
    expect(read({ input }).messages[1]).toEqual({ role: 'assistant', content: [{ type: 'text', text: 'Ho' }] })
  })

  it('keeps a signature of another vendor for a client, and takes it back', () => {
    const parts = [{ type: 'reasoning', text: 'Hm', signature: 'by-claude' }] as const
    const choices = [{ index: 0, content: parts, finishReason: 'stop' }] as const
    const { value } = openaiResponses.writeReply({ id: 'resp_1', model: 'claude', choices, usage: {} })
    expect(read({ input: objectsOf(value.output) }).messages).toEqual([{ role: 'assistant', content: parts }])
  })
})

describe('options', () => {
  it('are read with the words of the language, the others by their path', () => {
    const request = read({
      input: 'Hi',
      text: { verbosity: 'low', format: { type: 'json_schema', name: 'Book', schema: {}, strict: true } },
      reasoning: { effort: 'high', summary: 'detailed' },
      include: ['reasoning.encrypted_content', 'message.output_text.logprobs', 'file_search_call.results'],
      top_logprobs: 3,
      truncation: 'auto',
    })
    expect(request).toMatchObject({
      responseFormat: { type: 'json-schema', name: 'Book', strict: true },
      reasoning: { effort: 'high', isShown: true },
      wantsEncryptedReasoning: true,
      logprobs: { top: 3 },
      extensions: {
        fields: { 'text.verbosity': 'low', 'reasoning.summary': 'detailed', include: ['file_search_call.results'], truncation: 'auto' },
      },
    })
  })

  it('ask the vendor to keep nothing where the client did not ask for that', () => {
    expect(write({}).value.store).toBe(false)
    expect(openaiResponses.writeRequest(read({ input: 'Hi', store: null })).value.store).toBe(true)
  })

  it('tell every other protocol that nothing is stored for who expects it', () => {
    expect(openaiResponses.readRequest({ model: 'm', input: 'Hi' }).emulated).toEqual(['store'])
    expect(read({ input: 'Hi', store: true }).emulated).toEqual(['store'])
    expect(read({ input: 'Hi' }).emulated).toBeUndefined()
  })

  it('say that a tool and a schema are not strict, which they are for this vendor by default', () => {
    const { value } = write({ tools: [{ type: 'function', name: 'a' }], responseFormat: { type: 'json-schema', name: 'b' } })
    expect(value.tools).toEqual([{ type: 'function', name: 'a', parameters: null, strict: false }])
    expect(value.text).toEqual({ format: { type: 'json_schema', name: 'b', strict: false } })
  })

  it('report what this protocol has no field for', () => {
    const { warnings } = write({
      stop: ['x'],
      seed: 1,
      topK: 2,
      presencePenalty: 1,
      frequencyPenalty: 1,
      logitBias: {},
      choiceCount: 2,
      reasoning: { budgetTokens: 5 },
      messages: [
        { role: 'user', name: 'Ann', content: [{ type: 'media', kind: 'video', source: { from: 'url', url: 'https://a.example/b' } }] },
        { role: 'assistant', content: [{ type: 'reasoning', text: 'Hm', signature: 'abc' }] },
        { role: 'tool', toolCallId: '1', isError: true, content: [] },
      ],
    })
    expect(warnings.map(({ change, field }) => `${change}:${field}`).toSorted()).toEqual(
      [
        ...['stop', 'seed', 'top_k', 'presence_penalty', 'frequency_penalty', 'logit_bias', 'n'],
        ...['reasoning.budget_tokens', 'name', 'video', 'signature', 'reasoning', 'is_error'],
      ]
        .map((field) => `dropped:${field}`)
        .toSorted(),
    )
  })

  it('take over what Chat Completions says in the same words', () => {
    const chat = openaiChat.readRequest({
      model: 'gpt-5',
      messages: [{ role: 'user', content: 'Hi' }],
      service_tier: 'flex',
      verbosity: 'low',
      store: true,
      prediction: { type: 'content' },
    })
    const { value, warnings } = openaiResponses.writeRequest(chat)
    expect(value).toMatchObject({ service_tier: 'flex', text: { verbosity: 'low' }, store: true })
    expect(warnings).toEqual([{ change: 'dropped', field: 'prediction' }])
  })
})

describe('a body that is not what it should be', () => {
  const bodies = recordedRequests()

  it('is read or refused with a reason, whatever stands in whichever field', () => {
    fc.assert(
      fc.property(fc.constantFrom(...bodies), fc.nat(), fc.jsonValue({ maxDepth: 4 }), (body, position, value) => {
        const json: unknown = JSON.parse(JSON.stringify(value))
        const places = placesIn(body)
        expect(outcomeOf(replaced(body, places[position % places.length] ?? [], json))).toBe('read or refused')
      }),
      { numRuns: 3000 },
    )
  })

  it('is read or refused where a field is nested without end', () => {
    const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`)
    for (const place of placesIn(bodies[0] ?? {})) expect(outcomeOf(replaced(bodies[0] ?? {}, place, deep))).toBe('read or refused')
    expect(outcomeOf({ ...BASE, input: [{ type: 'function_call', call_id: 'call_1', name: 'a', arguments: deep }] })).toBe(
      'read or refused',
    )
  })

  it.each<[Json, string]>([
    [[], 'input: expected at least one item, found an empty array'],
    [null, 'input: expected a string or an array of items, found null'],
    [[7], 'input[0]: expected an object, found a number'],
    [[{ role: 'robot' }], 'input[0].role: expected one of user, assistant, system, developer, found a string'],
    [[{}], 'input[0].type: expected a string, found nothing'],
    [[{ role: 'user', content: [{ type: 'input_text' }] }], 'input[0].content[0].text: expected a string, found nothing'],
    [
      [{ role: 'user', content: [{ type: 'hologram' }] }],
      'input[0].content[0].type: expected the type of a content part, such as input_text, found a string',
    ],
    [
      [{ role: 'system', content: [{ type: 'input_image', image_url: 'https://a.example/b' }] }],
      'input[0].content[0]: expected a text part, found an object',
    ],
    [[{ type: 'function_call_output', output: 'x' }], 'input[0].call_id: expected a string, found nothing'],
    [[{ type: 'function_call', call_id: 'x' }], 'input[0].name: expected a string, found nothing'],
  ])('is refused with input %j', (input, message) => {
    expect(() => openaiResponses.readRequest({ model: 'gpt-5', input })).toThrow(
      expect.objectContaining({ code: 'invalid-request', message, param: message.slice(0, message.indexOf(':')) }),
    )
  })
})

function read(fields: JsonObject): ChatRequest {
  return openaiResponses.readRequest({ ...BASE, ...fields })
}

function write(fields: Partial<ChatRequest>): ReturnType<typeof openaiResponses.writeRequest> {
  return openaiResponses.writeRequest({ model: 'gpt-5', isStreaming: false, messages: [{ role: 'user', content: [] }], ...fields })
}

function wireOf(text: string): Parameters<typeof openaiResponses.openRequest>[0] {
  return { protocol: 'openai-responses', bytes: new TextEncoder().encode(text), text, json: parseObject(text) ?? {} }
}

function open(body: JsonObject): ReturnType<typeof openaiResponses.openRequest> {
  return openaiResponses.openRequest(wireOf(JSON.stringify(body)))
}

function recordedRequests(): readonly JsonObject[] {
  const folder = new URL('__fixtures__/', import.meta.url)
  const entries = objectsOf(parseObject(readFileSync(new URL('index.json', folder), 'utf8'))?.entries)
  return entries.map((entry) => parseObject(readFileSync(new URL(stringOf(entry.request) ?? '', folder), 'utf8')) ?? {})
}

function outcomeOf(body: unknown): string {
  try {
    openaiResponses.writeRequest(openaiResponses.readRequest(isJsonObject(body) ? body : {}))
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'invalid-request') throw error
  }
  return 'read or refused'
}
