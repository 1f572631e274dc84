import { GatewayError } from '@gateway/core'
import type { ChatRequest, JsonObject, Message, Reasoning, WireRequest } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { objectOf, objectsOf } from '../json-fields.ts'
import { gemini } from './index.ts'
import { readRequest } from './request.ts'

const address = { model: 'models/gemini-2.5-flash', isStreaming: true }
const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }]

describe('an opened request', () => {
  it('takes model and streaming from the address, and limits from either spelling', () => {
    const opened = gemini.openRequest(wire({ contents, generation_config: { max_output_tokens: 9, candidateCount: 2 } }))
    expect(opened).toMatchObject({
      model: 'gemini-2.5-flash',
      isStreaming: true,
      wantsStreamUsage: true,
      size: { maxOutputTokens: 9, choiceCount: 2 },
    })
  })

  it.each([
    [{}, 'contents', 'contents: expected an array, found nothing'],
    [{ contents: [] }, 'contents', 'contents: expected at least one content, found an empty array'],
    [{ contents: ['Hi'] }, 'contents[0]', 'contents[0]: expected an object, found a string'],
    [{ contents, generationConfig: [] }, 'generationConfig', 'generationConfig: expected an object, found an empty array'],
    [
      { contents, generationConfig: { maxOutputTokens: -1 } },
      'generationConfig.maxOutputTokens',
      'generationConfig.maxOutputTokens: expected a positive integer, found -1',
    ],
    [
      { contents, api_key: 'x' },
      'api_key',
      'api_key: expected no such field, since the gateway decides where a request goes, found a string',
    ],
    [
      { contents, generationConfig: {}, generation_config: {} },
      'generation_config',
      'generation_config: expected one spelling of generationConfig, found an object',
    ],
  ])('%j is refused by name', (body, param, message) => {
    expect(refusal(() => gemini.openRequest(wire(body)))).toMatchObject({ code: 'invalid-request', param, message })
  })

  it('says where in its generationConfig a type is wrong', () => {
    const body = { contents, generationConfig: { stop_sequences: ['a', 1] } }
    expect(refusal(() => gemini.openRequest(wire(body)).chat())).toMatchObject({ param: 'generationConfig.stopSequences[1]' })
  })

  it('without a model is refused', () => {
    expect(refusal(() => gemini.openRequest({ ...wire({ contents }), address: { model: '', isStreaming: false } }))).toMatchObject({
      param: 'model',
    })
  })

  it.each([
    [{ role: 'system', parts: [] }, 'contents[0].role'],
    [{ parts: 'Hi' }, 'contents[0].parts'],
    [{ parts: ['Hi'] }, 'contents[0].parts[0]'],
    [{ parts: [{ text: 1 }] }, 'contents[0].parts[0].text'],
    [{ parts: [{ inlineData: { mimeType: 'image/png' } }] }, 'contents[0].parts[0].inlineData.data'],
    [{ parts: [{ functionResponse: { name: 'f', response: 'x' } }] }, 'contents[0].parts[0].functionResponse.response'],
    [{ role: 'model', parts: [{ functionCall: { name: 'f', args: 'x' } }] }, 'contents[0].parts[0].functionCall.args'],
  ])('with the content %j is refused where it is decoded', (content, param) => {
    expect(refusal(() => gemini.openRequest(wire({ contents: [content] })).chat())).toMatchObject({ code: 'invalid-request', param })
  })

  it('that is nested beyond what can be walked is refused', () => {
    const deep = `${'{"items":'.repeat(100_000)}{}${'}'.repeat(100_000)}`
    const body = JSON.parse(
      `{"contents":[{"parts":[{"text":"Hi"}]}],"tools":[{"functionDeclarations":[{"name":"f","parameters":${deep}}]}]}`,
    )
    expect(refusal(() => gemini.readRequest(body))).toMatchObject({ code: 'invalid-request' })
  })

  it('passes as the bytes that came', () => {
    const request = wire({ contents, mystery: 1 })
    expect(gemini.passRequest(request, { model: 'gemini-3-pro', canAskForUsage: true })).toBe(request.bytes)
  })

  it('whose body names a model passes with the name of the target', () => {
    const request = wire({ model: 'models/a', contents })
    expect(gemini.passRequest(request, { model: 'b', canAskForUsage: true })).toBe(request.text.replace('models/a', 'models/b'))
  })
})

describe('a read request', () => {
  it('finds the call that an answer without an id is for, in the order of the calls', () => {
    const { messages } = readRequest({
      contents: [
        { role: 'model', parts: [called('f', { a: 1 }), called('g', {}), called('f', { a: 2 })] },
        { role: 'user', parts: [answered('f', 'first'), answered('f', 'second'), answered('g', 'third'), { text: 'and?' }] },
      ],
    })
    expect(messages.map((message) => (message.role === 'tool' ? message.toolCallId : message.role))).toEqual([
      'assistant',
      'gemini_call_1',
      'gemini_call_3',
      'gemini_call_2',
      'user',
    ])
    expect(objectsOf(JSON.parse(JSON.stringify(messages[0]))?.content).map(({ id }) => id)).toEqual([
      'gemini_call_1',
      'gemini_call_2',
      'gemini_call_3',
    ])
  })

  it("keeps the name of a function whose call is not in the conversation, and an answer's words", () => {
    const { messages } = readRequest({
      contents: [{ parts: [{ function_response: { id: 'x', name: 'f', response: { error: 'no such city' } } }] }],
    })
    expect(messages).toEqual([
      {
        role: 'tool',
        toolCallId: 'x',
        content: [{ type: 'text', text: 'no such city' }],
        isError: true,
        extras: { gemini: { name: 'f' } },
      },
    ])
    expect(written({ messages }).value).toEqual({
      contents: [{ role: 'user', parts: [{ functionResponse: { id: 'x', name: 'f', response: { error: 'no such city' } } }] }],
    })
  })

  it("turns Google's schemas into JSON Schema", () => {
    const { tools, responseFormat } = readRequest({
      contents,
      tools: [
        { functionDeclarations: [{ name: 'f', parameters: { type: 'OBJECT', properties: { a: { type: 'STRING', nullable: true } } } }] },
      ],
      generationConfig: {
        responseMimeType: 'application/json',
        responseSchema: { type: 'ARRAY', min_items: '1', items: { type: 'INTEGER' } },
      },
    })
    expect(tools).toEqual([
      { type: 'function', name: 'f', parameters: { type: 'object', properties: { a: { type: ['string', 'null'] } } } },
    ])
    expect(responseFormat).toEqual({
      type: 'json-schema',
      name: 'response',
      schema: { type: 'array', minItems: 1, items: { type: 'integer' } },
    })
  })

  it('carries vendor tools, modes and settings that have no word, each under a name that a warning can use', () => {
    const body = {
      contents,
      tools: [{ googleSearch: {} }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['a', 'b'] }, includeServerSideToolInvocations: true },
      generationConfig: { responseModalities: ['IMAGE'], thinkingConfig: { thinkingBudget: -1 } },
      safetySettings: [{ category: 'X', threshold: 'BLOCK_NONE' }],
    }
    const request = readRequest(body)
    expect(request).toMatchObject({
      tools: [{ type: 'opaque', protocol: 'gemini', value: { googleSearch: {} } }],
      toolChoice: { type: 'opaque', protocol: 'gemini' },
      extensions: {
        protocol: 'gemini',
        fields: {
          safetySettings: [{ category: 'X', threshold: 'BLOCK_NONE' }],
          'generationConfig.responseModalities': ['IMAGE'],
          'generationConfig.thinkingConfig': { thinkingBudget: -1 },
          'toolConfig.includeServerSideToolInvocations': true,
        },
      },
    })
    expect(gemini.writeRequest(request)).toEqual({ value: body, warnings: [] })
  })

  it("reads Google's second alphabet of base64, and tells Google's files from addresses", () => {
    const parts = [
      { inline_data: { mime_type: 'image/jpeg', data: '_9j_4A' } },
      { fileData: { mimeType: 'video/mp4', fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/abc' } },
      { fileData: { fileUri: 'https://example.com/a.pdf' } },
    ]
    expect(readRequest({ contents: [{ parts }] }).messages[0]?.content).toEqual([
      { type: 'media', kind: 'image', source: { from: 'base64', data: '/9j/4A==' }, mediaType: 'image/jpeg' },
      {
        type: 'media',
        kind: 'video',
        source: { from: 'id', id: 'https://generativelanguage.googleapis.com/v1beta/files/abc' },
        mediaType: 'video/mp4',
      },
      { type: 'media', kind: 'file', source: { from: 'url', url: 'https://example.com/a.pdf' } },
    ])
  })
})

describe('a written request', () => {
  const call = (id: string, name: string): Message => ({
    role: 'assistant',
    content: [{ type: 'tool-call', id, name, arguments: '{"a":1}', signature: 'c2ln' }],
  })
  const answer = (toolCallId: string, text: string): Message => ({ role: 'tool', toolCallId, content: [{ type: 'text', text }] })

  it('puts all answers of a turn into one content, with the names of their functions, and the signature on its call', () => {
    const messages: readonly Message[] = [
      call('1', 'f'),
      { role: 'assistant', content: [{ type: 'tool-call', id: '2', name: 'g', arguments: '' }] },
      answer('1', '{"city":"Paris"}'),
      answer('2', 'sunny'),
      { role: 'user', content: [{ type: 'text', text: 'and?' }] },
    ]
    expect(written({ messages }).value.contents).toEqual([
      { role: 'model', parts: [{ functionCall: { id: '1', name: 'f', args: { a: 1 } }, thoughtSignature: 'c2ln' }] },
      { role: 'model', parts: [{ functionCall: { id: '2', name: 'g', args: {} } }] },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: '1', name: 'f', response: { city: 'Paris' } } },
          { functionResponse: { id: '2', name: 'g', response: { output: 'sunny' } } },
        ],
      },
      { role: 'user', parts: [{ text: 'and?' }] },
    ])
  })

  it.each([
    ['gemini-3-pro-preview', true],
    ['gemini-4-argon', true],
    ['gemini-2.5-pro', false],
  ])('to %s says of unsigned calls that there is no signature: %s', (model, isSaid) => {
    const messages: readonly Message[] = [{ role: 'assistant', content: [{ type: 'tool-call', id: '1', name: 'f', arguments: '{}' }] }]
    const { value, warnings } = written({ model, messages })
    const thoughtSignature = isSaid ? { thoughtSignature: 'skip_thought_signature_validator' } : {}
    expect(value.contents).toEqual([{ role: 'model', parts: [{ functionCall: { id: '1', name: 'f', args: {} }, ...thoughtSignature }] }])
    expect(warnings).toEqual(isSaid ? [{ change: 'emulated', field: 'thoughtSignature' }] : [])
  })

  it.each([
    ['gemini-3-flash', true],
    ['gemini-2.5-flash', false],
  ])('to %s has an image inside the answer of a function: %s', (model, isInside) => {
    const image = { type: 'media', kind: 'image', source: { from: 'base64', data: 'AA==' }, mediaType: 'image/png' } as const
    const messages: readonly Message[] = [call('1', 'f'), { role: 'tool', toolCallId: '1', content: [image] }, answer('1', 'x')]
    const { value, warnings } = written({ model, messages })
    const parts = objectsOf(objectsOf(value.contents)[1]?.parts)
    const inlineData = { inlineData: { mimeType: 'image/png', data: 'AA==' } }
    expect(isInside ? objectOf(parts[0]?.functionResponse).parts : [parts.at(-1)]).toEqual([inlineData])
    expect(warnings).toEqual(isInside ? [] : [{ change: 'emulated', field: 'tool.content' }])
  })

  it.each([
    ['gemini-3-pro', { effort: 'high' }, { thinkingLevel: 'HIGH' }],
    ['gemini-3-pro', { effort: 'none' }, { thinkingBudget: 0 }],
    ['gemini-3-pro', { budgetTokens: 2048, isShown: true }, { thinkingBudget: 2048, includeThoughts: true }],
    ['gemini-2.5-pro', { effort: 'low' }, { thinkingBudget: 1024 }],
    ['gemini-2.5-pro', { effort: 'high', budgetTokens: 5000 }, { thinkingBudget: 5000 }],
    ['gemini-flash-latest', { effort: 'xhigh' }, { thinkingLevel: 'HIGH' }],
  ])('to %s says %j as %j', (model, reasoning, thinkingConfig) => {
    expect(written({ model, reasoning }).value.generationConfig).toEqual({ thinkingConfig })
  })

  it('shows thoughts to a client that keeps them, unless it wants none or there are none', () => {
    const configFor = (reasoning: Reasoning) =>
      written({ model: 'gemini-2.5-flash', reasoning, wantsEncryptedReasoning: true }).value.generationConfig
    expect(configFor({ budgetTokens: 2048 })).toEqual({ thinkingConfig: { thinkingBudget: 2048, includeThoughts: true } })
    expect(configFor({ budgetTokens: 2048, isShown: false })).toEqual({ thinkingConfig: { thinkingBudget: 2048, includeThoughts: false } })
    expect(configFor({ effort: 'none' })).toEqual({ thinkingConfig: { thinkingBudget: 0 } })
  })

  it('gathers what the system says, and makes it a conversation where there is none', () => {
    const system: Message = { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] }
    const user: Message = { role: 'user', content: [{ type: 'text', text: 'Hi' }] }
    expect(written({ messages: [system, user] })).toEqual({
      value: { systemInstruction: { parts: [{ text: 'Be brief.' }] }, contents },
      warnings: [],
    })
    expect(written({ messages: [user, system] }).warnings).toEqual([{ change: 'emulated', field: 'messages.system' }])
    expect(written({ messages: [system] })).toEqual({
      value: { contents: [{ role: 'user', parts: [{ text: 'Be brief.' }] }] },
      warnings: [{ change: 'emulated', field: 'messages.system' }],
    })
  })

  it('makes a developer the system', () => {
    const developer: Message = { role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] }
    expect(written({ messages: [developer, { role: 'user', content: [{ type: 'text', text: 'Hi' }] }] })).toEqual({
      value: { systemInstruction: { parts: [{ text: 'Be brief.' }] }, contents },
      warnings: [{ change: 'renamed', field: 'messages.developer' }],
    })
  })

  it.each([
    ['image', 'https://images.example/cat.PNG?size=1', 'image/png'],
    ['image', 'https://images.example/cat', 'image/jpeg'],
    ['image', 'https://images.example/cat.pdf', 'image/jpeg'],
    ['file', 'https://files.example/a.pdf', 'application/pdf'],
    ['file', 'https://files.example/a', undefined],
  ] as const)('says what an %s at %s is', (kind, url, mimeType) => {
    const { value } = written({ messages: [{ role: 'user', content: [{ type: 'media', kind, source: { from: 'url', url } }] }] })
    expect(JSON.parse(JSON.stringify(value.contents))).toEqual([
      { role: 'user', parts: [{ fileData: { fileUri: url, ...(mimeType && { mimeType }) } }] },
    ])
  })

  it('reports everything that Google has no word for', () => {
    const { warnings } = written({
      messages: [
        {
          role: 'user',
          name: 'Ann',
          content: [
            { type: 'media', kind: 'image', source: { from: 'id', id: 'file-1' } },
            { type: 'opaque', protocol: 'x', value: { type: 'video_url' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: '', signature: 'claude' },
            { type: 'refusal', text: 'No.' },
          ],
        },
        { role: 'tool', toolCallId: 'unknown', content: [{ type: 'text', text: 'x', extras: { x: { cache_control: {} } } }] },
      ],
      tools: [
        { type: 'function', name: 'f', strict: true },
        { type: 'opaque', protocol: 'x', value: { type: 'web_search' } },
      ],
      toolChoice: { type: 'opaque', protocol: 'x', value: {} },
      parallelToolCalls: false,
      logitBias: {},
      user: 'u',
      metadata: {},
      extensions: { protocol: 'x', fields: { store: true } },
    })
    expect(warnings.map(({ change, field }) => `${change}:${field}`).toSorted()).toEqual([
      'dropped:cache_control',
      'dropped:image',
      'dropped:logit_bias',
      'dropped:metadata',
      'dropped:name',
      'dropped:parallel_tool_calls',
      'dropped:signature',
      'dropped:store',
      'dropped:tool_choice',
      'dropped:tools.strict',
      'dropped:tools.web_search',
      'dropped:user',
      'dropped:video_url',
      'emulated:refusal',
      'emulated:tool.name',
    ])
  })

  it("carries a custom tool's free text as an object, and says so", () => {
    const messages: readonly Message[] = [
      { role: 'assistant', content: [{ type: 'tool-call', id: '1', name: 'f', arguments: 'ls', kind: 'custom' }] },
    ]
    const { value, warnings } = written({ messages })
    expect(value.contents).toEqual([{ role: 'model', parts: [{ functionCall: { id: '1', name: 'f', args: { input: 'ls' } } }] }])
    expect(warnings).toEqual([{ change: 'emulated', field: 'arguments' }])
  })
})

function wire(json: JsonObject): WireRequest {
  const text = JSON.stringify(json)
  return { protocol: 'gemini', bytes: new TextEncoder().encode(text), text, json, address }
}

function written(request: Partial<ChatRequest>): ReturnType<typeof gemini.writeRequest> {
  return gemini.writeRequest({ model: 'gemini-2.5-flash', messages: [{ role: 'user', content: [] }], isStreaming: false, ...request })
}

function called(name: string, args: JsonObject): JsonObject {
  return { functionCall: { name, args } }
}

function answered(name: string, output: string): JsonObject {
  return { functionResponse: { name, response: { output } } }
}

function refusal(step: () => unknown): GatewayError {
  try {
    step()
  } catch (error) {
    if (error instanceof GatewayError) return error
    throw error
  }
  throw new Error('nothing was refused')
}
