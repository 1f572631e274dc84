import OpenAI, { AuthenticationError, BadRequestError, InternalServerError, NotFoundError, RateLimitError } from 'openai'
import type { Call, Question, Said, SdkClient } from '../client.ts'
import { testOpenAiResponses } from '../own/openai-responses.ts'

type Input = OpenAI.Responses.ResponseInputItem
type Response = OpenAI.Responses.Response
type Body = Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, 'stream'>

/** `openai`, Responses, with its stream helper. The history is the client's: a gateway stores nothing. */
export const openaiResponses: SdkClient = {
  name: 'openai responses',
  errors: {
    'bad-request': BadRequestError,
    unauthenticated: AuthenticationError,
    'not-found': NotFoundError,
    'rate-limited': RateLimitError,
    unavailable: InternalServerError,
  },
  testOwn: testOpenAiResponses,
  connect: ({ url, key }) => {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key })
    return { ask: (question) => say(client, question, opening(question)) }
  },
}

function opening({ text, image }: Question): readonly Input[] {
  const picture = { type: 'input_image' as const, detail: 'auto' as const, image_url: `data:image/png;base64,${image}` }
  return [{ role: 'user', content: [{ type: 'input_text', text }, ...(image === undefined ? [] : [picture])] }]
}

async function say(client: OpenAI, question: Question, input: readonly Input[]): Promise<Said> {
  const response = await (question.isStreamed ? streamed : whole)(client, question, bodyOf(question, input))
  const { output, usage } = response
  const calls = output.flatMap(toCall)
  return {
    text: response.output_text,
    thought: output.flatMap((item) => (item.type === 'reasoning' ? item.summary.map((part) => part.text) : [])).join(''),
    calls,
    end: endOf(response, calls),
    usage: usage ? { input: usage.input_tokens, output: usage.output_tokens } : null,
    reply: (results) => {
      const answers = results.map((text, index) => ({
        type: 'function_call_output' as const,
        call_id: calls[index]?.id ?? '',
        output: text,
      }))
      return say(client, question, [...input, ...output.map(asInput), ...answers])
    },
  }
}

function bodyOf({ model, system, tools, schema, thinks, maxTokens }: Question, input: readonly Input[]): Body {
  return {
    model,
    input: [...input],
    store: false,
    ...(system !== undefined && { instructions: system }),
    ...(tools && { tools: tools.map((tool) => ({ type: 'function', strict: false, ...tool, parameters: { ...tool.parameters } })) }),
    ...(schema && { text: { format: { type: 'json_schema', name: 'plan', strict: true, schema: { ...schema } } } }),
    ...(thinks && { reasoning: { effort: 'low', summary: 'auto' }, include: ['reasoning.encrypted_content'] }),
    ...(maxTokens !== undefined && { max_output_tokens: maxTokens }),
  }
}

function whole(client: OpenAI, question: Question, body: Body): Promise<Response> {
  return client.responses.create(body, { signal: question.signal ?? null })
}

async function streamed(client: OpenAI, question: Question, body: Body): Promise<Response> {
  const stream = client.responses.stream(body, { signal: question.signal ?? null })
  stream.on('response.output_text.delta', ({ delta }) => question.onText?.(delta))
  return stream.finalResponse()
}

/** What came out goes back in: the helper's own additions are not part of the protocol. */
function asInput(item: OpenAI.Responses.ResponseOutputItem): Input {
  const input: Input = JSON.parse(JSON.stringify(item, (key, value: unknown) => (key.startsWith('parsed') ? undefined : value)))
  return input
}

function toCall(item: OpenAI.Responses.ResponseOutputItem): readonly Call[] {
  if (item.type !== 'function_call') return []
  const value: unknown = JSON.parse(item.arguments)
  return [{ id: item.call_id, name: item.name, arguments: value }]
}

function endOf({ status, incomplete_details: details }: Response, calls: readonly Call[]): Said['end'] {
  if (details?.reason === 'max_output_tokens') return 'length'
  if (status !== 'completed') return 'refusal'
  return calls.length > 0 ? 'tool-calls' : 'stop'
}
