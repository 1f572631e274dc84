import Groq, { AuthenticationError, BadRequestError, InternalServerError, NotFoundError, RateLimitError } from 'groq-sdk'
import type { ChatCompletionCreateParamsNonStreaming } from 'groq-sdk/resources/chat/completions'
import { testGroq } from '../own/groq.ts'
import type { Call, Question, Said, SdkClient } from '../client.ts'

type Message = Groq.Chat.ChatCompletionMessageParam
type ToolCall = Groq.Chat.ChatCompletionMessageToolCall
type Body = ChatCompletionCreateParamsNonStreaming

/** `groq-sdk`, which calls `/openai/v1/…`. It has no stream helper: an application puts the pieces together. */
export const groq: SdkClient = {
  name: 'groq-sdk',
  // It reads the usage of a stream from `x_groq` alone, which is Groq's own.
  lacks: ['thoughts', 'stream-usage'],
  errors: {
    'bad-request': BadRequestError,
    unauthenticated: AuthenticationError,
    'not-found': NotFoundError,
    'rate-limited': RateLimitError,
    unavailable: InternalServerError,
  },
  testOwn: testGroq,
  connect: ({ url, key }) => {
    const client = new Groq({ baseURL: url, apiKey: key })
    return { ask: (question) => say(client, question, opening(question)) }
  },
}

function opening({ system, text, image }: Question): readonly Message[] {
  const parts = [
    { type: 'text' as const, text },
    ...(image === undefined ? [] : [{ type: 'image_url' as const, image_url: { url: `data:image/png;base64,${image}` } }]),
  ]
  return [
    ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
    { role: 'user', content: image === undefined ? text : parts },
  ]
}

/** An answer, in one piece or put together. */
interface Answer {
  readonly content: string
  readonly calls: readonly ToolCall[]
  readonly reason: string
  readonly usage: Groq.CompletionUsage | null
}

async function say(client: Groq, question: Question, messages: readonly Message[]): Promise<Said> {
  const answer = await (question.isStreamed ? streamed : whole)(client, question, bodyOf(question, messages))
  return {
    text: answer.content,
    thought: '',
    calls: answer.calls.map(toCall),
    end: endOf(answer.reason),
    usage: answer.usage && { input: answer.usage.prompt_tokens, output: answer.usage.completion_tokens },
    reply: (results) => {
      const history: Message = { role: 'assistant', content: answer.content, tool_calls: [...answer.calls] }
      const answers = results.map((content, index) => ({ role: 'tool' as const, tool_call_id: answer.calls[index]?.id ?? '', content }))
      return say(client, question, [...messages, history, ...answers])
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

async function whole(client: Groq, question: Question, body: Body): Promise<Answer> {
  const { choices, usage } = await client.chat.completions.create(body, { signal: question.signal ?? null })
  const message = choices[0]?.message
  return {
    content: message?.content ?? '',
    calls: message?.tool_calls ?? [],
    reason: choices[0]?.finish_reason ?? '',
    usage: usage ?? null,
  }
}

async function streamed(client: Groq, question: Question, body: Body): Promise<Answer> {
  const calls: ToolCall[] = []
  let content = ''
  let reason = ''
  for await (const { choices } of await client.chat.completions.create({ ...body, stream: true }, { signal: question.signal ?? null })) {
    const [choice] = choices
    const piece = choice?.delta.content ?? ''
    if (piece !== '') question.onText?.(piece)
    content += piece
    reason = choice?.finish_reason ?? reason
    for (const part of choice?.delta.tool_calls ?? []) addPiece(calls, part)
  }
  return { content, calls, reason, usage: null }
}

type Piece = NonNullable<Groq.Chat.ChatCompletionChunk.Choice.Delta['tool_calls']>[number]

function addPiece(calls: ToolCall[], { index, id, function: piece }: Piece): void {
  const before = calls[index]
  if (before) before.function.arguments += piece?.arguments ?? ''
  else calls[index] = { id: id ?? '', type: 'function', function: { name: piece?.name ?? '', arguments: piece?.arguments ?? '' } }
}

function toCall({ id, function: called }: ToolCall): Call {
  const value: unknown = JSON.parse(called.arguments)
  return { id, name: called.name, arguments: value }
}

function endOf(reason: string): Said['end'] {
  if (reason === 'tool_calls') return 'tool-calls'
  return reason === 'stop' || reason === 'length' ? reason : 'refusal'
}
