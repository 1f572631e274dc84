import type { AssistantPart, ChatEvent, ChatReply, Choice, FinishReason, TokenClass } from '@gateway/core'
import { usageFrom } from '@gateway/core'
import type { SurfaceName } from './surfaces.ts'

/** Something that an answer can say, and where to find it again in what arrived. */
export interface ReplyFeature {
  readonly name: string
  /** In the words of the language. `vendor` is who says it, since some words are one protocol's own. */
  readonly say: (vendor: SurfaceName) => ChatReply
  readonly hear: (reply: ChatReply) => unknown
  /** Who says such a thing at all; everybody where absent. */
  readonly vendors?: readonly SurfaceName[]
}

type FeaturesOf<Union extends string> = { readonly [Name in Union]: readonly ReplyFeature[] }

export const BASE_REPLY: ChatReply = {
  id: 'resp_1',
  model: 'model-1',
  created: 1_700_000_000,
  choices: [{ index: 0, content: [{ type: 'text', text: 'Hello.' }], finishReason: 'stop' }],
  usage: usageFrom({ input: 100, output: 50 }, 'provider'),
}

export const CALLS = [
  { type: 'tool-call', id: 'call_1', name: 'get_weather', arguments: '{"city":"Paris"}' },
  { type: 'tool-call', id: 'call_2', name: 'get_weather', arguments: '{"city":"Rome","days":[1,2]}' },
] as const satisfies readonly AssistantPart[]

/** What each field of an answer can say. A field without a row does not compile. */
const REPLY_FIELDS: FeaturesOf<keyof ChatReply> = {
  id: [whole('id', {}, ({ id }) => id)],
  model: [whole('model', {}, ({ model }) => model)],
  created: [whole('created', {}, ({ created }) => created)],
  choices: [
    whole(
      'several answers',
      { choices: [choice([{ type: 'text', text: 'A' }]), { ...choice([{ type: 'text', text: 'B' }]), index: 1 }] },
      ({ choices }) => choices.map(({ content }) => content),
    ),
  ],
  // A table of its own.
  usage: [],
  extensions: [
    {
      name: 'fields nobody knows',
      say: (vendor) => ({ ...BASE_REPLY, extensions: { protocol: vendor, fields: { mystery: 1 } } }),
      hear: ({ extensions }) => extensions?.fields.mystery,
    },
  ],
}

const CHOICE_FIELDS: FeaturesOf<keyof Choice> = {
  index: [],
  // A table of its own.
  content: [],
  finishReason: [],
  logprobs: [
    whole(
      'logprobs',
      {
        choices: [
          {
            ...choice([{ type: 'text', text: 'Hi' }]),
            logprobs: { content: [{ token: 'Hi', logprob: -0.5, bytes: null, top_logprobs: [] }] },
          },
        ],
      },
      ({ choices }) => JSON.stringify(choices[0]?.logprobs)?.includes('"logprob":-0.5') ?? false,
    ),
  ],
  extras: [
    {
      name: 'an answer: fields nobody knows',
      say: (vendor) => ({ ...BASE_REPLY, choices: [{ ...choice([{ type: 'text', text: 'Hi' }]), extras: { [vendor]: { mystery: 1 } } }] }),
      hear: ({ choices }) => Object.values(choices[0]?.extras ?? {}).map((fields) => JSON.stringify(fields)),
      vendors: ['openai-chat', 'anthropic-messages', 'gemini'],
    },
  ],
}

/** What an assistant says, by the type of its parts. */
const PARTS: FeaturesOf<AssistantPart['type']> = {
  text: [
    said('text', [{ type: 'text', text: 'Grüß dich 👋' }], textOf('text')),
    {
      name: 'text: fields nobody knows (citations, annotations)',
      say: (vendor) => ({ ...BASE_REPLY, choices: [choice([{ type: 'text', text: 'Hi', extras: { [vendor]: { mystery: 1 } } }])] }),
      hear: ({ choices }) => choices[0]?.content.map((part) => ('extras' in part ? JSON.stringify(part.extras) : '')),
      vendors: ['openai-responses', 'anthropic-messages', 'gemini'],
    },
  ],
  refusal: [said('refusal', [{ type: 'refusal', text: 'I cannot.' }], ({ choices }) => choices[0]?.content)],
  reasoning: [
    said(
      'thought',
      [
        { type: 'reasoning', text: 'Let me think.' },
        { type: 'text', text: 'Hi' },
      ],
      textOf('reasoning'),
    ),
    said(
      "thought: the model's own words",
      [
        { type: 'reasoning', text: 'Let me think.', isVerbatim: true },
        { type: 'text', text: 'Hi' },
      ],
      ({ choices }) => thoughtsIn(choices).map(({ text, isVerbatim }) => [text, isVerbatim]),
    ),
    sealed('thought: signature', { text: 'Let me think.', signature: 'c2lnbmVk' }, ['anthropic-messages']),
    sealed('thought: nothing but encrypted', { text: '', encrypted: 'ZW5jcnlwdGVk' }, ['anthropic-messages']),
    sealed('thought: encrypted under an id', { text: 'Let me think.', id: 'rs_1', encrypted: 'ZW5jcnlwdGVk' }, ['openai-responses']),
  ],
  'tool-call': [
    said('tool call', [CALLS[0]], callsIn),
    said('tool calls: parallel', CALLS, callsIn),
    said('tool call: behind a text', [{ type: 'text', text: 'Let me look.' }, CALLS[0]], (reply) => [
      textOf('text')(reply),
      callsIn(reply),
    ]),
    said('tool call: without arguments', [{ ...CALLS[0], arguments: '{}' }], callsIn),
    said('tool call: custom', [{ type: 'tool-call', id: 'call_1', name: 'shell', arguments: 'ls -l', kind: 'custom' }], callsIn),
    { ...said('tool call: signature', [{ ...CALLS[0], signature: 'c2lnbmVk' }], callsIn), vendors: ['gemini'] },
  ],
  opaque: [
    {
      name: "parts that are a protocol's own",
      say: (vendor) => ({
        ...BASE_REPLY,
        choices: [
          choice([
            { type: 'text', text: 'Hi' },
            { type: 'opaque', protocol: vendor, value: OPAQUE[vendor] },
          ]),
        ],
      }),
      hear: ({ choices }) => choices[0]?.content.map(({ type }) => type),
      vendors: ['openai-responses', 'anthropic-messages', 'gemini'],
    },
  ],
}

const OPAQUE = {
  'openai-chat': { type: 'mystery' },
  'openai-responses': { type: 'web_search_call', id: 'ws_1', status: 'completed' },
  'anthropic-messages': { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} },
  gemini: { executableCode: { language: 'PYTHON', code: '1' } },
} as const satisfies Record<SurfaceName, object>

/** Why a model stopped, with an answer that goes with it. */
const FINISH_REASONS: FeaturesOf<FinishReason> = {
  stop: [finish('stop')],
  length: [finish('length')],
  'tool-calls': [finish('tool-calls', CALLS)],
  'content-filter': [finish('content-filter')],
  refusal: [finish('refusal')],
  pause: [finish('pause')],
  other: [
    {
      ...finish('other'),
      say: (vendor) => {
        const words = {
          'openai-chat': { finish_reason: 'new' },
          'openai-responses': { status: 'cancelled' },
          'anthropic-messages': { stop_reason: 'new' },
          gemini: { finishReason: 'NEW' },
        }
        return { ...BASE_REPLY, choices: [{ ...choice([{ type: 'text', text: 'Hi' }], 'other'), extras: { [vendor]: words[vendor] } }] }
      },
      vendors: ['anthropic-messages', 'openai-responses', 'gemini'],
    },
  ],
}

const USAGE_CLASSES: FeaturesOf<TokenClass> = {
  input: [usage('input')],
  cachedInput: [usage('cachedInput')],
  cacheWrite: [usage('cacheWrite')],
  output: [usage('output')],
  reasoning: [usage('reasoning')],
  inputAudio: [usage('inputAudio')],
  outputAudio: [usage('outputAudio')],
  inputImage: [usage('inputImage')],
  outputImage: [usage('outputImage')],
}

export const REPLY_SECTIONS: readonly (readonly [string, readonly ReplyFeature[]])[] = [
  ['Answers', [REPLY_FIELDS, CHOICE_FIELDS, PARTS].flatMap((table) => Object.values(table).flat())],
  ['Answers: why the model stopped', Object.values(FINISH_REASONS).flat()],
  ['Answers: usage', Object.values(USAGE_CLASSES).flat()],
]

/** The same answer as a stream, in pieces of a few letters. */
export function eventsOf(reply: ChatReply): readonly ChatEvent[] {
  const { id, model, created } = reply
  return [
    { type: 'start', id, model, ...(created !== undefined && { created }) },
    ...reply.choices.flatMap(({ content, index }) => contentEvents(content, index)),
    ...reply.choices.map(({ index, finishReason, extras }) => ({
      type: 'finish' as const,
      choice: index,
      reason: finishReason,
      ...(extras && { extras }),
    })),
    { type: 'usage', usage: reply.usage },
    { type: 'end' },
  ]
}

function contentEvents(content: readonly AssistantPart[], choiceIndex: number): readonly ChatEvent[] {
  let calls = 0
  return content.flatMap((part): readonly ChatEvent[] => {
    const at = { choice: choiceIndex }
    switch (part.type) {
      case 'text':
        return piecesOf(part.text).map((text) => ({ type: 'text-delta', ...at, text, ...(part.extras && { extras: part.extras }) }))
      case 'refusal':
        return piecesOf(part.text).map((text) => ({ type: 'refusal-delta', ...at, text }))
      case 'reasoning': {
        const { type: _, text: words, extras: __, isVerbatim, ...seal } = part
        const deltas = piecesOf(words).map((text) => ({
          type: 'reasoning-delta' as const,
          ...at,
          text,
          ...(isVerbatim && { isVerbatim }),
          ...(seal.id !== undefined && { id: seal.id }),
        }))
        return Object.keys(seal).length === 0 ? deltas : [...deltas, { type: 'reasoning-signature', ...at, ...seal }]
      }
      case 'tool-call': {
        const { type: _, arguments: json, ...head } = part
        const call = calls++
        const deltas = piecesOf(json).map((text) => ({ type: 'tool-call-delta' as const, ...at, call, arguments: text }))
        return [{ type: 'tool-call-start', ...at, call, ...head }, ...deltas]
      }
      case 'opaque':
        return [{ type: 'opaque-delta', ...at, protocol: part.protocol, value: part.value }]
    }
  })
}

function piecesOf(text: string, size = 5): readonly string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) => text.slice(index * size, (index + 1) * size))
}

function choice(content: readonly AssistantPart[], reason?: FinishReason): Choice {
  const hasCalls = content.some(({ type }) => type === 'tool-call')
  return { index: 0, content, finishReason: reason ?? (hasCalls ? 'tool-calls' : 'stop') }
}

function whole(name: string, change: Partial<ChatReply>, hear: ReplyFeature['hear']): ReplyFeature {
  return { name, say: () => ({ ...BASE_REPLY, ...change }), hear }
}

function said(name: string, content: readonly AssistantPart[], hear: ReplyFeature['hear']): ReplyFeature {
  return whole(name, { choices: [choice(content)] }, hear)
}

type Thought = Extract<AssistantPart, { type: 'reasoning' }>

function sealed(name: string, thought: Omit<Thought, 'type'>, vendors: readonly SurfaceName[]): ReplyFeature {
  const hear = ({ choices }: ChatReply): unknown =>
    thoughtsIn(choices).map(({ text, signature, encrypted, id }) => [text, signature, encrypted, thought.id === undefined ? undefined : id])
  return {
    ...said(
      name,
      [
        { type: 'reasoning', ...thought },
        { type: 'text', text: 'Hi' },
      ],
      hear,
    ),
    vendors,
  }
}

function finish(reason: FinishReason, content: readonly AssistantPart[] = [{ type: 'text', text: 'Hi' }]): ReplyFeature {
  return whole(`finish: ${reason}`, { choices: [choice(content, reason)] }, ({ choices }) => choices[0]?.finishReason)
}

function usage(tokenClass: TokenClass): ReplyFeature {
  const counts = { input: 1000, output: 500, [tokenClass]: tokenClass === 'input' ? 1000 : 300 }
  return whole(`usage: ${tokenClass}`, { usage: usageFrom(counts, 'provider') }, (reply) => reply.usage[tokenClass]?.tokens)
}

function thoughtsIn(choices: readonly Choice[]): readonly Thought[] {
  return choices.flatMap(({ content }) => content.filter((part) => part.type === 'reasoning'))
}

function textOf(type: 'text' | 'reasoning'): (reply: ChatReply) => string {
  return ({ choices }) => choices.flatMap(({ content }) => content.map((part) => (part.type === type ? part.text : ''))).join('')
}

function callsIn({ choices }: ChatReply): unknown {
  const parts = choices.flatMap(({ content }) => content)
  return parts.flatMap((part) =>
    part.type === 'tool-call'
      ? [[part.id, part.name, part.kind, part.signature, part.kind === 'custom' ? part.arguments : JSON.parse(part.arguments)]]
      : [],
  )
}
