import type {
  AssistantPart,
  ChatRequest,
  Json,
  JsonObject,
  MediaPart,
  Message,
  Reasoning,
  ResponseFormat,
  Tool,
  ToolChoice,
} from '@gateway/core'
import type { SurfaceName } from './surfaces.ts'

/** Something that a request can say, and where to find it again in what arrived. */
export interface RequestFeature {
  readonly name: string
  /** In the words of the language. `client` is who says it, since some words are one protocol's own. */
  readonly say: (client: SurfaceName) => Partial<ChatRequest>
  readonly hear: (request: ChatRequest) => unknown
}

type FeaturesOf<Union extends string> = { readonly [Name in Union]: readonly RequestFeature[] }

export const TOOL: Tool = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}
const SCHEMA = { type: 'object', properties: { answer: { type: 'string' } }, required: ['answer'], additionalProperties: false }

/** One pixel. */
export const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** A conversation in which a tool has been called and has answered, as every vendor wants it. */
function answered(message: Extract<Message, { role: 'tool' }>): Partial<ChatRequest> {
  const call = { type: 'tool-call', id: message.toolCallId, name: 'get_weather', arguments: '{"city":"Paris"}' } as const
  return { tools: [TOOL], messages: [user('Weather?'), { role: 'assistant', content: [call] }, message] }
}

function user(text: string): Message {
  return { role: 'user', content: [{ type: 'text', text }] }
}

/** What each field of a request can say. A field without a row does not compile. */
const REQUEST_FIELDS: FeaturesOf<keyof ChatRequest> = {
  // The gateway decides it.
  model: [],
  messages: [
    feature('several turns', {
      messages: [user('One?'), { role: 'assistant', content: [{ type: 'text', text: 'Two.' }] }, user('Three?')],
    }),
  ],
  isStreaming: [field('isStreaming', 'stream', true)],
  wantsStreamUsage: [
    { ...field('wantsStreamUsage', 'usage in the stream', true), say: () => ({ wantsStreamUsage: true, isStreaming: true }) },
  ],
  tools: [
    feature('tools', { tools: [TOOL] }, (request) => functionTools(request).map(({ extras: _, strict: __, ...tool }) => tool)),
    feature('tools: strict', { tools: [{ ...TOOL, strict: true }] }, (request) =>
      functionTools(request).map(({ strict }) => strict === true),
    ),
    feature('tools: without parameters', { tools: [{ type: 'function', name: 'now' }] }, (request) =>
      functionTools(request).map(({ name, parameters }) => [name, Object.keys(parameters?.properties ?? {})]),
    ),
    {
      name: "tools: a vendor's own",
      say: (client) => ({ tools: [TOOL, { type: 'opaque', protocol: client, value: { type: 'web_search' } }] }),
      hear: ({ tools }) => tools?.map(({ type }) => type),
    },
  ],
  toolChoice: [
    ...(['auto', 'none', 'required'] as const).map((type) => toolChoice(type, { type })),
    toolChoice('one function', { type: 'function', name: 'get_weather' }),
    {
      name: "tool_choice: a protocol's own",
      say: (client) => ({ tools: [TOOL], toolChoice: { type: 'opaque', protocol: client, value: { type: 'mystery', mode: 'MYSTERY' } } }),
      hear: (request) => request.toolChoice?.type,
    },
  ],
  parallelToolCalls: [
    feature('parallel_tool_calls: true', { tools: [TOOL], parallelToolCalls: true }, (request) => request.parallelToolCalls !== false),
    feature('parallel_tool_calls: false', { tools: [TOOL], parallelToolCalls: false }, (request) => request.parallelToolCalls),
  ],
  maxOutputTokens: [field('maxOutputTokens', 'max output tokens', 77)],
  temperature: [field('temperature', 'temperature', 0.5), { ...field('temperature', 'temperature above 1', 1.5) }],
  topP: [field('topP', 'top_p', 0.5)],
  topK: [field('topK', 'top_k', 5)],
  presencePenalty: [field('presencePenalty', 'presence_penalty', 0.5)],
  frequencyPenalty: [field('frequencyPenalty', 'frequency_penalty', 0.5)],
  stop: [field('stop', 'stop', ['END'])],
  seed: [field('seed', 'seed', 7)],
  choiceCount: [field('choiceCount', 'n', 2)],
  responseFormat: [
    responseFormat('text', { type: 'text' }, (format) => format?.type ?? 'text'),
    responseFormat('json', { type: 'json' }, (format) => format?.type),
    responseFormat('json schema', { type: 'json-schema', name: 'response', schema: SCHEMA }, (format) => schemaOf(format).schema),
    responseFormat('json schema, name', { type: 'json-schema', name: 'reply', schema: SCHEMA }, (format) => schemaOf(format).name),
    responseFormat(
      'json schema, strict',
      { type: 'json-schema', name: 'response', schema: SCHEMA, strict: true },
      (format) => schemaOf(format).strict === true,
    ),
    responseFormat(
      'json schema, description',
      { type: 'json-schema', name: 'response', schema: SCHEMA, description: 'What to say' },
      (format) => schemaOf(format).description,
    ),
  ],
  reasoning: [
    ...['none', 'minimal', 'low', 'medium', 'high', 'xhigh'].map((effort) => reasoning(`effort ${effort}`, { effort }, 'effort')),
    reasoning('budget of tokens', { budgetTokens: 2048 }, 'budgetTokens'),
    reasoning('thoughts shown', { effort: 'high', isShown: true }, 'isShown'),
    reasoning('thoughts hidden', { effort: 'high', isShown: false }, 'isShown'),
  ],
  wantsEncryptedReasoning: [
    {
      name: 'reasoning: in a form to be sent back',
      say: () => ({ wantsEncryptedReasoning: true, reasoning: { budgetTokens: 2048 } }),
      hear: ({ wantsEncryptedReasoning }) => wantsEncryptedReasoning,
    },
  ],
  logprobs: [field('logprobs', 'logprobs', {}), field('logprobs', 'top_logprobs', { top: 3 })],
  logitBias: [field('logitBias', 'logit_bias', { '50256': -100 })],
  user: [field('user', 'user', 'user-1')],
  metadata: [field('metadata', 'metadata', { team: 'search' })],
  // Set where a request is read; the gateway reports it.
  emulated: [],
  extensions: [
    {
      name: 'fields nobody knows',
      say: (client) => ({ extensions: { protocol: client, fields: { mystery: 1 } } }),
      hear: ({ extensions }) => extensions?.fields.mystery,
    },
  ],
}

/** What each role of a message can say. */
const MESSAGE_ROLES: FeaturesOf<Message['role']> = {
  system: [
    spoken('system', [{ role: 'system', content: [{ type: 'text', text: 'Be brief.' }] }, user('Hi')], (request) =>
      textsOf(request, 'system'),
    ),
    spoken(
      'system in mid-conversation',
      [
        user('Hi'),
        { role: 'assistant', content: [{ type: 'text', text: 'Hello.' }] },
        { role: 'system', content: [{ type: 'text', text: 'Now be long.' }] },
        user('Go'),
      ],
      (request) => request.messages.map(({ role }) => role),
    ),
  ],
  developer: [
    spoken('developer', [{ role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] }, user('Hi')], (request) =>
      textsOf(request, 'developer'),
    ),
  ],
  user: [
    spoken('user', [user('Hi there')], (request) => textsOf(request, 'user')),
    spoken('user: name', [{ role: 'user', content: [{ type: 'text', text: 'Hi' }], name: 'ann' }], (request) =>
      request.messages.map((message) => ('name' in message ? message.name : undefined)),
    ),
    spoken(
      'user: several texts',
      [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'One' },
            { type: 'text', text: 'two' },
          ],
        },
      ],
      (request) => textsOf(request, 'user'),
    ),
  ],
  assistant: [
    spoken('assistant', [user('Hi'), { role: 'assistant', content: [{ type: 'text', text: 'Hello.' }] }, user('Go on')], (request) =>
      textsOf(request, 'assistant'),
    ),
    spoken('assistant: begins the answer', [user('Count'), { role: 'assistant', content: [{ type: 'text', text: 'One, ' }] }], (request) =>
      textsOf(request, 'assistant'),
    ),
  ],
  tool: [
    feature('tool result', answered(result({ content: [{ type: 'text', text: 'Sunny' }] })), toolsOf),
    feature('tool result: JSON', answered(result({ content: [{ type: 'text', text: '{"degrees":21}' }] })), toolsOf),
    feature('tool result: failed', answered(result({ content: [{ type: 'text', text: 'No such city' }], isError: true })), (request) =>
      request.messages.map((message) => message.role === 'tool' && message.isError === true),
    ),
    feature('tool result: empty', answered(result({ content: [] })), toolsOf),
    feature(
      'tool result: image',
      answered(result({ content: [{ type: 'media', kind: 'image', source: { from: 'base64', data: PIXEL }, mediaType: 'image/png' }] })),
      (request) => request.messages.flatMap((message) => (message.role === 'tool' ? message.content.map(mediaOf) : [])),
    ),
    feature(
      'tool results: parallel',
      {
        tools: [TOOL],
        messages: [
          user('Weather?'),
          { role: 'assistant', content: [callPart('call_1', 'Paris'), callPart('call_2', 'Rome')] },
          result({ toolCallId: 'call_2', content: [{ type: 'text', text: 'Warm' }] }),
          result({ toolCallId: 'call_1', content: [{ type: 'text', text: 'Sunny' }] }),
        ],
      },
      toolsOf,
    ),
  ],
}

/** What media can be shown, by kind. */
const MEDIA_KINDS: FeaturesOf<MediaPart['kind']> = {
  image: [
    media('image, base64', { kind: 'image', source: { from: 'base64', data: PIXEL }, mediaType: 'image/png' }),
    media('image, url', { kind: 'image', source: { from: 'url', url: 'https://images.example/cat.png' } }),
    media('image, id', { kind: 'image', source: { from: 'id', id: 'file-1' } }),
  ],
  file: [
    media('PDF, base64', { kind: 'file', source: { from: 'base64', data: 'JVBERi0=' }, mediaType: 'application/pdf' }),
    media('file, url', { kind: 'file', source: { from: 'url', url: 'https://files.example/a.pdf' } }),
    media('file, id', { kind: 'file', source: { from: 'id', id: 'file-1' } }),
    media('text file, base64', { kind: 'file', source: { from: 'base64', data: 'aGVsbG8=' }, mediaType: 'text/plain' }),
  ],
  audio: [
    media('audio, base64', { kind: 'audio', source: { from: 'base64', data: 'UklGRg==' }, mediaType: 'audio/wav' }),
    media('audio, url', { kind: 'audio', source: { from: 'url', url: 'https://sounds.example/a.wav' }, mediaType: 'audio/wav' }),
  ],
  video: [
    media('video, base64', { kind: 'video', source: { from: 'base64', data: 'AAAA' }, mediaType: 'video/mp4' }),
    media('video, url', { kind: 'video', source: { from: 'url', url: 'https://videos.example/a.mp4' }, mediaType: 'video/mp4' }),
  ],
}

/** What is said about media beside where they are. */
const MEDIA_FIELDS: FeaturesOf<keyof MediaPart> = {
  type: [],
  kind: [],
  source: [],
  mediaType: [
    media('media type', { kind: 'image', source: { from: 'base64', data: PIXEL }, mediaType: 'image/webp' }, ({ mediaType }) => mediaType),
  ],
  filename: [
    media(
      'filename',
      { kind: 'file', source: { from: 'base64', data: 'JVBERi0=' }, mediaType: 'application/pdf', filename: 'a.pdf' },
      ({ filename }) => filename,
    ),
  ],
  detail: [
    media(
      'detail',
      { kind: 'image', source: { from: 'base64', data: PIXEL }, mediaType: 'image/png', detail: 'high' },
      ({ detail }) => detail,
    ),
  ],
  extras: [
    {
      name: 'media: fields nobody knows',
      say: (client) => ({
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Look' },
              {
                type: 'media',
                kind: 'image',
                source: { from: 'base64', data: PIXEL },
                mediaType: 'image/png',
                extras: { [client]: { mystery: 1 } },
              },
            ],
          },
        ],
      }),
      hear: (request) => mediaIn(request).map(({ extras }) => Object.values(extras ?? {}).map((fields) => JSON.stringify(fields))),
    },
  ],
}

/** What a turn of the assistant can hold that a client sends back. Thoughts have a table of their own. */
const HISTORY_PARTS: FeaturesOf<Exclude<AssistantPart['type'], 'reasoning'>> = {
  text: [
    {
      name: 'text: fields nobody knows',
      say: (client) => ({ messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi', extras: { [client]: { mystery: 1 } } }] }] }),
      hear: (request) => request.messages.flatMap(({ content }) => content.map((part) => JSON.stringify('extras' in part && part.extras))),
    },
  ],
  refusal: [
    spoken('refusal', [user('Hi'), { role: 'assistant', content: [{ type: 'refusal', text: 'No.' }] }, user('Please')], (request) =>
      request.messages.map(({ content }) => content.map((part) => ('text' in part ? [part.type, part.text] : []))),
    ),
  ],
  'tool-call': [
    feature('tool call', answered(result({ content: [{ type: 'text', text: 'Sunny' }] })), callsOf),
    feature(
      'tool call: custom',
      {
        messages: [
          user('Run it'),
          { role: 'assistant', content: [{ type: 'tool-call', id: 'call_1', name: 'shell', arguments: 'ls -l', kind: 'custom' }] },
          result({ content: [{ type: 'text', text: 'a b' }] }),
        ],
      },
      callsOf,
    ),
    feature(
      'tool call: arguments that are no JSON',
      {
        tools: [TOOL],
        messages: [
          user('Weather?'),
          { role: 'assistant', content: [{ type: 'tool-call', id: 'call_1', name: 'get_weather', arguments: '{"city":' }] },
          result({ content: [{ type: 'text', text: 'What?' }] }),
        ],
      },
      callsOf,
    ),
    feature(
      'tool call: an id of other letters',
      answered(result({ toolCallId: 'call.1:é', content: [{ type: 'text', text: 'Sunny' }] })),
      callsOf,
    ),
  ],
  opaque: [
    {
      name: "parts that are a protocol's own",
      say: (client) => ({
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Look' },
              { type: 'opaque', protocol: client, value: OPAQUE[client] },
            ],
          },
        ],
      }),
      hear: (request) => request.messages.flatMap(({ content }) => content.map(({ type }) => type)),
    },
  ],
}

/** Fields that a protocol knows and the language does not, wherever they may stand. */
const UNKNOWN_FIELDS: readonly RequestFeature[] = [
  unknown('tools: fields nobody knows', (extras) => ({ tools: [{ ...TOOL, extras }] })),
  unknown('message: fields nobody knows', (extras) => ({ messages: [{ ...user('Hi'), extras }] })),
  unknown('tool call: fields nobody knows', (extras) => withCall({ ...callPart('call_1', 'Paris'), extras })),
  unknown('tool result: fields nobody knows', (extras) => answered(result({ content: [{ type: 'text', text: 'Sunny' }], extras }))),
  unknown('thought: fields nobody knows', (extras) => ({
    messages: [
      user('Hi'),
      { role: 'assistant', content: [{ type: 'reasoning', text: 'Hm', signature: 's', id: 'rs_1', encrypted: 'e', extras }] },
      user('Go on'),
    ],
  })),
]

const OPAQUE = {
  'openai-chat': { type: 'mystery', mystery: 1 },
  'openai-responses': { type: 'input_mystery', mystery: 1 },
  'anthropic-messages': { type: 'search_result', source: 'a', title: 'b', content: [] },
  gemini: { executableCode: { language: 'PYTHON', code: '1' } },
} as const satisfies Record<SurfaceName, object>

/** All of them under the heading under which people look for them. */
export const REQUEST_SECTIONS: readonly (readonly [string, readonly RequestFeature[]])[] = [
  ['Requests: options', flat(REQUEST_FIELDS)],
  ['Requests: messages', flat(MESSAGE_ROLES)],
  ['Requests: media', [...flat(MEDIA_KINDS), ...flat(MEDIA_FIELDS)]],
  ['Requests: earlier turns', flat(HISTORY_PARTS)],
  ['Requests: what one protocol alone knows', UNKNOWN_FIELDS],
]

function flat(features: Readonly<Record<string, readonly RequestFeature[]>>): readonly RequestFeature[] {
  return Object.values(features).flat()
}

function feature(name: string, said: Partial<ChatRequest>, hear: RequestFeature['hear'] = ({ messages }) => messages): RequestFeature {
  return { name, say: () => said, hear }
}

function unknown(name: string, say: (extras: JsonObject) => Partial<ChatRequest>): RequestFeature {
  return {
    name,
    say: (client) => say({ [client]: { mystery: 1 } }),
    hear: (request) => JSON.stringify(request).includes('"mystery":1'),
  }
}

function withCall(call: Extract<AssistantPart, { type: 'tool-call' }>): Partial<ChatRequest> {
  const { tools, messages = [] } = answered(result({ content: [{ type: 'text', text: 'Sunny' }] }))
  return { ...(tools && { tools }), messages: messages.with(1, { role: 'assistant', content: [call] }) }
}

function field<Key extends keyof ChatRequest>(key: Key, name: string, value: Exclude<ChatRequest[Key], undefined>): RequestFeature {
  const said: Partial<ChatRequest> = { [key]: value }
  return feature(name, said, (request) => request[key])
}

function spoken(name: string, messages: readonly Message[], hear: RequestFeature['hear']): RequestFeature {
  return feature(name, { messages }, hear)
}

type FunctionTool = Extract<Tool, { type: 'function' }>

function functionTools({ tools }: ChatRequest): readonly FunctionTool[] {
  return (tools ?? []).filter((tool) => tool.type === 'function')
}

function toolChoice(name: string, choice: ToolChoice): RequestFeature {
  return feature(`tool_choice: ${name}`, { tools: [TOOL], toolChoice: choice }, (request) => request.toolChoice)
}

type SchemaFormat = Partial<Extract<ResponseFormat, { type: 'json-schema' }>>

function responseFormat(name: string, format: ResponseFormat, hear: (format: ResponseFormat | undefined) => unknown): RequestFeature {
  return feature(`response format: ${name}`, { responseFormat: format }, (request) => hear(request.responseFormat))
}

function schemaOf(format: ResponseFormat | undefined): SchemaFormat {
  return format?.type === 'json-schema' ? format : {}
}

function reasoning(name: string, said: Reasoning, key: keyof Reasoning): RequestFeature {
  return feature(`reasoning: ${name}`, { reasoning: said }, (request) => request.reasoning?.[key])
}

function result(said: Partial<Extract<Message, { role: 'tool' }>>): Extract<Message, { role: 'tool' }> {
  return { role: 'tool', toolCallId: 'call_1', content: [], ...said }
}

function callPart(id: string, city: string): Extract<AssistantPart, { type: 'tool-call' }> {
  return { type: 'tool-call', id, name: 'get_weather', arguments: JSON.stringify({ city }) }
}

function media(
  name: string,
  said: Omit<MediaPart, 'type'>,
  hear: (part: MediaPart) => unknown = ({ kind, source }) => [kind, source],
): RequestFeature {
  const messages: readonly Message[] = [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Look' },
        { type: 'media', ...said },
      ],
    },
  ]
  return feature(name, { messages }, (request) => mediaIn(request).map(hear))
}

function mediaIn({ messages }: ChatRequest): readonly MediaPart[] {
  return messages.flatMap(({ content }) => content.flatMap((part) => (part.type === 'media' ? [part] : [])))
}

function mediaOf(part: { readonly type: string; readonly kind?: string; readonly source?: object }): Json {
  return part.type === 'media' ? [part.kind ?? '', JSON.stringify(part.source)] : part.type
}

function textsOf({ messages }: ChatRequest, role: Message['role']): readonly string[] {
  return messages.flatMap((message) =>
    message.role === role ? message.content.map((part) => (part.type === 'text' ? part.text : '')) : [],
  )
}

function toolsOf({ messages }: ChatRequest): unknown {
  return messages.flatMap((message) =>
    message.role === 'tool' ? [[message.toolCallId, message.content.map((part) => (part.type === 'text' ? part.text : part.type))]] : [],
  )
}

function callsOf({ messages }: ChatRequest): unknown {
  const parts = messages.flatMap((message) => (message.role === 'assistant' ? message.content : []))
  return parts.flatMap((part) =>
    part.type === 'tool-call' ? [{ id: part.id, name: part.name, kind: part.kind, said: jsonOr(part.arguments) }] : [],
  )
}

function jsonOr(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return text
  }
}
