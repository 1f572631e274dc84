import OpenAI, { AuthenticationError, BadRequestError, InternalServerError, NotFoundError, RateLimitError } from 'openai'
import type { Call, Question, Said, SdkClient, Session } from '../client.ts'
import { testOpenAiChat } from '../own/openai-chat.ts'

type Message = OpenAI.Chat.Completions.ChatCompletionMessageParam
type Completion = OpenAI.Chat.Completions.ChatCompletion
type Body = OpenAI.Chat.Completions.ChatCompletionCreateParamsNonStreaming

/** `openai`, Chat Completions, with its stream helper. A thought is not part of this protocol: only its tokens are. */
export const openaiChat: SdkClient = {
  name: 'openai chat',
  lacks: ['thoughts'],
  errors: {
    'bad-request': BadRequestError,
    unauthenticated: AuthenticationError,
    'not-found': NotFoundError,
    'rate-limited': RateLimitError,
    unavailable: InternalServerError,
  },
  testOwn: testOpenAiChat,
  connect: ({ url, key }) => sessionOf(new OpenAI({ baseURL: `${url}/v1`, apiKey: key })),
}

function sessionOf(client: OpenAI): Session {
  return { ask: (question) => say(client, question, opening(question)) }
}

function opening({ system, text, image }: Question): readonly Message[] {
  const parts = [
    { type: 'text' as const, text },
    ...(image === undefined ? [] : [{ type: 'image_url' as const, image_url: { url: `data:image/png;base64,${image}` } }]),
  ]
  const content = image === undefined ? text : parts
  return [...(system === undefined ? [] : [{ role: 'system' as const, content: system }]), { role: 'user', content }]
}

async function say(client: OpenAI, question: Question, messages: readonly Message[]): Promise<Said> {
  const completion = await (question.isStreamed ? streamed : whole)(client, question, bodyOf(question, messages))
  const [choice] = completion.choices
  if (choice === undefined) throw new Error('An answer without a choice')
  const { message } = choice
  const calls = (message.tool_calls ?? []).flatMap(toCall)
  return {
    text: message.content ?? '',
    thought: '',
    calls,
    end: ENDS[choice.finish_reason],
    usage: completion.usage ? { input: completion.usage.prompt_tokens, output: completion.usage.completion_tokens } : null,
    reply: (results) => {
      const answers = results.map((content, index) => ({ role: 'tool' as const, tool_call_id: calls[index]?.id ?? '', content }))
      return say(client, question, [...messages, message, ...answers])
    },
  }
}

function bodyOf({ model, tools, schema, thinks, maxTokens }: Question, messages: readonly Message[]): Body {
  return {
    model,
    messages: [...messages],
    ...(tools && { tools: tools.map((tool) => ({ type: 'function', function: { ...tool, parameters: { ...tool.parameters } } })) }),
    ...(schema && { response_format: { type: 'json_schema', json_schema: { name: 'plan', strict: true, schema: { ...schema } } } }),
    ...(thinks && { reasoning_effort: 'low' }),
    ...(maxTokens !== undefined && { max_completion_tokens: maxTokens }),
  }
}

function whole(client: OpenAI, question: Question, body: Body): Promise<Completion> {
  return client.chat.completions.create(body, { signal: question.signal ?? null })
}

function streamed(client: OpenAI, question: Question, body: Body): Promise<Completion> {
  const stream = client.chat.completions.stream(
    { ...body, stream: true, stream_options: { include_usage: true } },
    { signal: question.signal ?? null },
  )
  stream.on('content', (piece) => question.onText?.(piece))
  return stream.finalChatCompletion()
}

function toCall(call: OpenAI.Chat.Completions.ChatCompletionMessageToolCall): readonly Call[] {
  if (call.type !== 'function') return []
  const value: unknown = JSON.parse(call.function.arguments)
  return [{ id: call.id, name: call.function.name, arguments: value }]
}

const ENDS = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'refusal',
} as const satisfies Record<string, Said['end']>
