import type { ChatRequest, Message, Warning } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { openaiChat } from '../openai-chat/index.ts'
import { anthropicMessages } from './index.ts'

const HI = { role: 'user', content: [{ type: 'text', text: 'Hi' }] } as const

describe('writing a request for another client', () => {
  it('sets the limit that the vendor requires', () => {
    expect(write(chat({}))).toMatchObject({ value: { max_tokens: 4096 }, warnings: [emulated('max_tokens')] })
  })

  it('leaves room for thoughts in the limit that it sets', () => {
    const { value } = write(chat({ reasoning: { budgetTokens: 2000 } }))
    expect(value).toMatchObject({ max_tokens: 6096, thinking: { type: 'enabled', budget_tokens: 2000 } })
  })

  it('makes one prompt of what stands before the first turn', () => {
    const messages = [{ role: 'system', content: [text('One')] }, { role: 'developer', content: [text('Two')] }, HI] as const
    const { value, warnings } = write(limited({ messages }))
    expect(value.system).toEqual([text('One'), text('Two')])
    expect(value.messages).toEqual([{ role: 'user', content: 'Hi' }])
    expect(warnings).toEqual([{ change: 'renamed', field: 'messages.developer' }])
  })

  it('folds a later system message into the prompt, and says so', () => {
    const messages: readonly Message[] = [HI, { role: 'system', content: [text('Later')] }]
    const { value, warnings } = write(limited({ messages }))
    expect(value).toMatchObject({ system: 'Later', messages: [{ role: 'user', content: 'Hi' }] })
    expect(warnings).toEqual([emulated('messages.system')])
  })

  it('leaves a later system message in its place where the model takes it', () => {
    const messages: readonly Message[] = [HI, { role: 'system', content: [text('Later')] }]
    const { value, warnings } = write(limited({ model: 'claude-opus-4-8', messages }))
    expect(value.messages).toEqual([
      { role: 'user', content: 'Hi' },
      { role: 'system', content: 'Later' },
    ])
    expect(warnings).toEqual([])
  })

  it('drops what Claude has no word for, and says so', () => {
    const { warnings } = write(
      limited({
        choiceCount: 2,
        presencePenalty: 1,
        frequencyPenalty: 1,
        seed: 1,
        logprobs: {},
        logitBias: { a: 1 },
        metadata: { a: 'b' },
        responseFormat: { type: 'json' },
        stop: ['\n', 'END'],
      }),
    )
    const fields = ['n', 'presence_penalty', 'frequency_penalty', 'seed', 'logprobs', 'logit_bias', 'metadata', 'response_format', 'stop']
    expect(warnings.map(({ field }) => field).toSorted()).toEqual(fields.toSorted())
    expect(warnings.every(({ change }) => change === 'dropped')).toBe(true)
  })

  it('says nothing of defaults that change nothing', () => {
    const request = limited({
      choiceCount: 1,
      presencePenalty: 0,
      frequencyPenalty: 0,
      responseFormat: { type: 'text' },
      temperature: 0.5,
      topP: 1,
    })
    expect(write(request)).toMatchObject({ value: { temperature: 0.5 }, warnings: [] })
    expect(write(request).value).not.toHaveProperty('top_p')
  })

  it('lowers a temperature that Claude does not know', () => {
    expect(write(limited({ temperature: 1.7 }))).toMatchObject({ value: { temperature: 1 }, warnings: [emulated('temperature')] })
  })

  it('drops sampling for models that reject it', () => {
    const { value, warnings } = write(limited({ model: 'claude-sonnet-5', temperature: 0.2, topP: 1, topK: 5 }))
    expect(Object.keys(value)).not.toEqual(expect.arrayContaining(['temperature']))
    expect(warnings).toEqual([dropped('temperature'), dropped('top_k')])
  })

  const disabled = { thinking: { type: 'disabled' } }
  const budget = (tokens: number) => ({ thinking: { type: 'enabled', budget_tokens: tokens } })

  it.each([
    {
      model: 'claude-opus-4-6',
      reasoning: { effort: 'high' },
      expected: { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
    },
    { model: 'claude-opus-5', reasoning: { effort: 'minimal' }, expected: { output_config: { effort: 'low' } }, field: 'reasoning_effort' },
    { model: 'claude-sonnet-4-5', reasoning: { effort: 'low' }, expected: budget(2048), field: 'reasoning_effort' },
    { model: 'claude-sonnet-4-5', reasoning: { effort: 'none' }, expected: disabled, field: 'reasoning_effort' },
    { model: 'claude-sonnet-4-5', reasoning: { budgetTokens: 10 }, expected: budget(1024), field: 'reasoning.budget_tokens' },
    { model: 'claude-sonnet-4-5', reasoning: { budgetTokens: 9000 }, expected: budget(2048), field: 'reasoning.budget_tokens' },
    {
      model: 'claude-opus-5',
      reasoning: { budgetTokens: 3000 },
      expected: { thinking: { type: 'adaptive' } },
      field: 'reasoning.budget_tokens',
    },
    { model: 'claude-opus-5', reasoning: { isShown: true }, expected: { thinking: { type: 'adaptive', display: 'summarized' } } },
  ])('asks $model to think with $reasoning', ({ model, reasoning, expected, field }) => {
    const written = write(chat({ model, maxOutputTokens: 4096, reasoning }))
    expect(written.value).toMatchObject(expected)
    expect(written.warnings).toEqual(field === undefined ? [] : [emulated(field)])
  })

  it('does without thoughts where the limit leaves no room for them', () => {
    const written = write(chat({ maxOutputTokens: 500, reasoning: { effort: 'low' } }))
    expect(written.value).not.toHaveProperty('thinking')
    expect(written.warnings).toContainEqual(dropped('reasoning.budget_tokens'))
  })

  it.each([
    { change: { toolChoice: { type: 'required' } }, isForced: true },
    { change: { toolChoice: { type: 'function', name: 'f' } }, isForced: true },
    { change: { toolChoice: { type: 'auto' } }, isForced: false },
  ] as const)('does not think where $change.toolChoice.type tells it to call a tool', ({ change, isForced }) => {
    const tools = [{ type: 'function', name: 'f' }] as const
    const written = write(chat({ maxOutputTokens: 4096, reasoning: { budgetTokens: 1024 }, tools, ...change }))
    expect('thinking' in written.value).toBe(!isForced)
    expect(written.warnings).toEqual(isForced ? [dropped('thinking')] : [])
  })

  it('does not sample while it thinks', () => {
    const written = write(chat({ maxOutputTokens: 4096, reasoning: { budgetTokens: 1024 }, temperature: 0.5, topK: 5, topP: 1 }))
    expect(Object.keys(written.value)).not.toEqual(expect.arrayContaining(['temperature', 'top_k', 'top_p']))
    expect(written.warnings).toEqual([dropped('temperature'), dropped('top_k')])
  })

  const pending = { type: 'tool-call', id: 'a', name: 'f', arguments: '{}' } as const
  const thought = { type: 'reasoning', text: 'Hm', signature: 's' } as const
  const secret = { type: 'reasoning', text: '', encrypted: 's' } as const

  it.each([
    { model: 'claude-sonnet-4-5', content: [pending], isThinking: false },
    { model: 'claude-sonnet-4-5', content: [{ type: 'reasoning', text: 'unsigned' }, pending], isThinking: false },
    { model: 'claude-sonnet-4-5', content: [thought, pending], isThinking: true },
    { model: 'claude-sonnet-4-5', content: [secret, pending], isThinking: true },
    { model: 'claude-opus-4-6', content: [pending], isThinking: false },
    { model: 'claude-opus-5', content: [pending], isThinking: true },
  ] as const)(
    'lets $model think while a tool is at work only where the turn begins with $content.0.type',
    ({ model, content, isThinking }) => {
      const result = { role: 'tool', toolCallId: 'a', content: [text('done')] } as const
      const messages: readonly Message[] = [HI, { role: 'assistant', content }, result]
      const written = write(chat({ model, maxOutputTokens: 4096, reasoning: { budgetTokens: 1024 }, messages }))
      expect('thinking' in written.value).toBe(isThinking)
      expect(written.warnings.some(({ field }) => field === 'thinking')).toBe(!isThinking)
    },
  )

  it('drops thoughts that Claude has not signed', () => {
    const content = [
      { type: 'reasoning', text: 'unsigned' },
      { type: 'reasoning', text: '', id: 'rs_1', encrypted: 'gAAA' },
      text('Hello'),
    ] as const
    const { value, warnings } = write(limited({ messages: [HI, { role: 'assistant', content }] }))
    expect(value.messages).toContainEqual({ role: 'assistant', content: 'Hello' })
    expect(warnings).toEqual([dropped('reasoning'), dropped('encrypted_reasoning')])
  })

  it('makes ids that Claude takes, the same for a call and its result', () => {
    const messages: readonly Message[] = [
      HI,
      { role: 'assistant', content: [{ type: 'tool-call', id: 'functions.f:0', name: 'f', arguments: '' }] },
      { role: 'tool', toolCallId: 'functions.f:0', content: [] },
    ]
    const { value, warnings } = write(limited({ messages }))
    expect(value.messages).toEqual([
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'functions_2e_f_3a_0', name: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'functions_2e_f_3a_0' }] },
    ])
    expect(warnings).toEqual([{ change: 'renamed', field: 'tool_call_id' }])
  })

  it.each([
    { kind: 'function', words: 'not JSON', input: { arguments: 'not JSON' }, field: 'arguments' },
    { kind: 'function', words: '[1]', input: { arguments: '[1]' }, field: 'arguments' },
    { kind: 'custom', words: 'free text', input: { input: 'free text' }, field: 'custom' },
  ] as const)('wraps the arguments $words of a $kind call in an object', ({ kind, words, input, field }) => {
    const call = { type: 'tool-call', id: 'a', name: 'f', arguments: words, kind } as const
    const { value, warnings } = write(limited({ messages: [HI, { role: 'assistant', content: [call] }] }))
    expect(value.messages).toContainEqual({ role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input }] })
    expect(warnings).toEqual([emulated(field)])
  })

  it('leaves out what the vendor rejects as empty', () => {
    const messages: readonly Message[] = [{ role: 'user', content: [text(''), text('Hi')] }, { role: 'assistant', content: [] }, HI]
    const { value, warnings } = write(limited({ messages }))
    expect(value.messages).toEqual([
      { role: 'user', content: 'Hi' },
      { role: 'user', content: 'Hi' },
    ])
    expect(warnings).toEqual([dropped('messages')])
  })

  it('gives a tool without a schema an empty one', () => {
    const { value } = write(limited({ tools: [{ type: 'function', name: 'f' }], parallelToolCalls: false }))
    expect(value.tools).toEqual([{ name: 'f', input_schema: { type: 'object', properties: {} } }])
    expect(value.tool_choice).toEqual({ type: 'auto', disable_parallel_tool_use: true })
  })

  it('drops a forced choice where no tool is left', () => {
    const foreign = { type: 'opaque', protocol: 'openai-responses', value: { type: 'file_search' } } as const
    const { value, warnings } = write(limited({ tools: [foreign], toolChoice: { type: 'required' } }))
    expect(value).not.toHaveProperty('tool_choice')
    expect(warnings).toEqual([dropped('tools.file_search'), dropped('tool_choice')])
  })

  it('hands over text files as text, and drops files and sounds that Claude cannot read', () => {
    const part = (kind: 'file' | 'audio', mediaType: string) =>
      ({ type: 'media', kind, mediaType, source: { from: 'base64', data: 'SGk=' } }) as const
    const content = [part('file', 'text/csv'), part('file', 'application/zip'), part('audio', 'audio/wav')]
    const { value, warnings } = write(limited({ messages: [{ role: 'user', content }] }))
    const source = { type: 'text', media_type: 'text/plain', data: 'Hi' }
    expect(value.messages).toEqual([{ role: 'user', content: [{ type: 'document', source }] }])
    expect(warnings).toEqual([dropped('file'), dropped('audio')])
  })

  it('says in Claude’s words what a client of OpenAI says', () => {
    const request = openaiChat.readRequest({
      model: 'claude-sonnet-4-5',
      max_tokens: 50,
      messages: [
        { role: 'system', content: 'Be brief' },
        { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] },
        { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }] },
        { role: 'tool', tool_call_id: 'c1', content: 'done' },
      ],
      tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
      tool_choice: 'required',
      stop: 'END',
    })
    expect(anthropicMessages.writeRequest(request)).toEqual({
      warnings: [],
      value: {
        model: 'claude-sonnet-4-5',
        max_tokens: 50,
        system: 'Be brief',
        messages: [
          { role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }] },
          { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'f', input: { a: 1 } }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: 'done' }] },
        ],
        tools: [{ name: 'f', input_schema: { type: 'object' } }],
        tool_choice: { type: 'any' },
        stop_sequences: ['END'],
      },
    })
  })
})

function write(request: ChatRequest): ReturnType<typeof anthropicMessages.writeRequest> {
  return anthropicMessages.writeRequest(request)
}

function chat(change: Partial<ChatRequest>): ChatRequest {
  return { model: 'claude-sonnet-4-5', isStreaming: false, messages: [HI], ...change }
}

function limited(change: Partial<ChatRequest>): ChatRequest {
  return chat({ maxOutputTokens: 100, ...change })
}

function text(words: string): { readonly type: 'text'; readonly text: string } {
  return { type: 'text', text: words }
}

function emulated(field: string): Warning {
  return { change: 'emulated', field }
}

function dropped(field: string): Warning {
  return { change: 'dropped', field }
}
