import Anthropic, { AuthenticationError, BadRequestError, InternalServerError, NotFoundError, RateLimitError } from '@anthropic-ai/sdk'
import type { Question, Said, SdkClient, Session } from '../client.ts'
import { testAnthropic } from '../own/anthropic.ts'

type Message = Anthropic.MessageParam
type Body = Anthropic.MessageCreateParamsNonStreaming

/** `@anthropic-ai/sdk`, with its stream helper. */
export const anthropic: SdkClient = {
  name: '@anthropic-ai/sdk',
  errors: {
    'bad-request': BadRequestError,
    unauthenticated: AuthenticationError,
    'not-found': NotFoundError,
    'rate-limited': RateLimitError,
    unavailable: InternalServerError,
  },
  testOwn: testAnthropic,
  connect: ({ url, key }) => sessionOf(new Anthropic({ baseURL: url, apiKey: key })),
}

function sessionOf(client: Anthropic): Session {
  return { ask: (question) => say(client, question, opening(question)) }
}

function opening({ text, image }: Question): readonly Message[] {
  if (image === undefined) return [{ role: 'user', content: text }]
  const source = { type: 'base64', media_type: 'image/png', data: image } as const
  return [
    {
      role: 'user',
      content: [
        { type: 'image', source },
        { type: 'text', text },
      ],
    },
  ]
}

async function say(client: Anthropic, question: Question, messages: readonly Message[]): Promise<Said> {
  const message = await (question.isStreamed ? streamed : whole)(client, question, bodyOf(question, messages))
  const { content, usage } = message
  const calls = content.flatMap((block) => (block.type === 'tool_use' ? [{ id: block.id, name: block.name, arguments: block.input }] : []))
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    thought: content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
    calls,
    end: endOf(message),
    usage: {
      input: usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0),
      output: usage.output_tokens,
    },
    reply: (results) => {
      const answers = results.map((text, index) => ({ type: 'tool_result' as const, tool_use_id: calls[index]?.id ?? '', content: text }))
      return say(client, question, [...messages, { role: 'assistant', content }, { role: 'user', content: answers }])
    },
  }
}

function bodyOf({ model, system, tools, schema, thinks, maxTokens }: Question, messages: readonly Message[]): Body {
  return {
    model,
    messages: [...messages],
    max_tokens: maxTokens ?? 4096,
    ...(system !== undefined && { system }),
    ...(tools && { tools: tools.map(({ name, description, parameters }) => ({ name, description, input_schema: { ...parameters } })) }),
    ...(schema && { output_config: { format: { type: 'json_schema', schema: { ...schema } } } }),
    // Some vendors count what a model may think, others have words for it.
    ...(thinks && { thinking: { type: 'enabled', budget_tokens: 1024, display: 'summarized' }, output_config: { effort: 'low' } }),
  }
}

function whole(client: Anthropic, question: Question, body: Body): Promise<Anthropic.Message> {
  return client.messages.create(body, { signal: question.signal ?? null })
}

function streamed(client: Anthropic, question: Question, body: Body): Promise<Anthropic.Message> {
  const stream = client.messages.stream(body, { signal: question.signal ?? null })
  stream.on('text', (piece) => question.onText?.(piece))
  return stream.finalMessage()
}

function endOf({ stop_reason: reason }: Anthropic.Message): Said['end'] {
  switch (reason) {
    case 'tool_use':
      return 'tool-calls'
    case 'max_tokens':
      return 'length'
    case 'refusal':
      return 'refusal'
    default:
      return 'stop'
  }
}
