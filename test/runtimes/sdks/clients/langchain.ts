import { ChatAnthropic } from '@langchain/anthropic'
import { HumanMessage, SystemMessage, ToolMessage, type AIMessageChunk, type BaseMessage } from '@langchain/core/messages'
import { concat } from '@langchain/core/utils/stream'
import { ChatOpenAI } from '@langchain/openai'
import type { Address, Question, Said, SdkClient, Skill, Surroundings } from '../client.ts'
import { testLangchain, testLangchainEmbeddings } from '../own/langchain.ts'

/** LangChain.js, through the packages by which it speaks to vendors. */
export const langchainClients: readonly SdkClient[] = [
  langchain({
    name: '@langchain/openai',
    testOwn: testLangchainEmbeddings,
    lacks: ['thoughts'],
    model: ({ url, key }, { model, thinks, maxTokens }) =>
      new ChatOpenAI({
        model,
        apiKey: key,
        maxRetries: 0,
        configuration: { baseURL: `${url}/v1` },
        ...(thinks && { modelKwargs: { reasoning_effort: 'low' } }),
        ...(maxTokens !== undefined && { maxTokens }),
      }),
  }),
  langchain({
    name: '@langchain/anthropic',
    // It takes the prompt's tokens from the start of a stream, where only Claude knows them, and adds up what is cumulative.
    lacks: ['stream-usage'],
    model: ({ url, key }, { model, thinks, maxTokens = 4096 }) =>
      new ChatAnthropic({
        model,
        apiKey: key,
        anthropicApiUrl: url,
        maxRetries: 0,
        maxTokens,
        ...(thinks && { thinking: { type: 'enabled', budget_tokens: 1024, display: 'summarized' }, outputConfig: { effort: 'low' } }),
      }),
  }),
]

interface Flavour {
  readonly name: string
  readonly lacks?: readonly Skill[]
  readonly testOwn?: (surroundings: Surroundings) => void
  readonly model: (gateway: Address, question: Question) => ChatOpenAI | ChatAnthropic
}

function langchain({ name, lacks, model, testOwn }: Flavour): SdkClient {
  return {
    name,
    ...(lacks && { lacks }),
    // It raises what the vendor's own SDK raises, of whichever version it has.
    errors: { 'bad-request': Error, unauthenticated: Error, 'not-found': Error, 'rate-limited': Error, unavailable: Error },
    testOwn: (surroundings) => {
      testLangchain(() => model(surroundings.address(), surroundings.question()), surroundings)
      testOwn?.(surroundings)
    },
    connect: (gateway) => ({
      ask: (question) => {
        const chat = model(gateway, question)
        return question.schema ? parse(chat, question) : say(chat, question, opening(question))
      },
    }),
  }
}

function opening({ system, text, image }: Question): readonly BaseMessage[] {
  const parts = [
    { type: 'text' as const, text },
    ...(image === undefined ? [] : [{ type: 'image' as const, mimeType: 'image/png', data: image }]),
  ]
  return [...(system === undefined ? [] : [new SystemMessage(system)]), new HumanMessage({ contentBlocks: parts })]
}

async function say(model: ChatOpenAI | ChatAnthropic, question: Question, messages: readonly BaseMessage[]): Promise<Said> {
  const answer = await (question.isStreamed ? streamed : whole)(model, question, messages)
  const calls = answer.tool_calls ?? []
  return {
    text: answer.text,
    thought: answer.contentBlocks.map((block) => (block.type === 'reasoning' ? block.reasoning : '')).join(''),
    calls: calls.map(({ id = '', name, args }) => ({ id, name, arguments: args })),
    end: endOf(answer),
    usage: usageOf(answer.usage_metadata),
    reply: (results) => {
      const answers = calls.map(({ id = '', name }, index) => new ToolMessage({ content: results[index] ?? '', tool_call_id: id, name }))
      return say(model, question, [...messages, answer, ...answers])
    },
  }
}

function whole(model: ChatOpenAI | ChatAnthropic, question: Question, messages: readonly BaseMessage[]): Promise<AIMessageChunk> {
  return ready(model, question).invoke([...messages], callOptions(question))
}

async function streamed(model: ChatOpenAI | ChatAnthropic, question: Question, messages: readonly BaseMessage[]): Promise<AIMessageChunk> {
  let answer: AIMessageChunk | null = null
  for await (const chunk of await ready(model, question).stream([...messages], callOptions(question))) {
    if (chunk.text !== '') question.onText?.(chunk.text)
    answer = answer === null ? chunk : concat(answer, chunk)
  }
  if (answer === null) throw new Error('A stream without a chunk')
  return answer
}

/** What a model is with and without tools. */
interface Model {
  invoke(messages: BaseMessage[], options: CallOptions): Promise<AIMessageChunk>
  stream(messages: BaseMessage[], options: CallOptions): Promise<AsyncIterable<AIMessageChunk>>
}

interface CallOptions {
  readonly signal?: AbortSignal
}

function ready(model: ChatOpenAI | ChatAnthropic, { tools }: Question): Model {
  if (!tools) return model
  return model.bindTools(tools.map((tool) => ({ type: 'function', function: { ...tool, parameters: { ...tool.parameters } } })))
}

/** As LangChain has read it: a plan, and nothing of how it came. */
async function parse(model: ChatOpenAI | ChatAnthropic, question: Question): Promise<Said> {
  const structured = model.withStructuredOutput({ ...question.schema }, { name: 'plan', method: 'jsonSchema' })
  const messages = [...opening(question)]
  const parsed: unknown = question.isStreamed
    ? (await Array.fromAsync(await structured.stream(messages, callOptions(question)))).at(-1)
    : await structured.invoke(messages, callOptions(question))
  return { text: JSON.stringify(parsed), thought: '', calls: [], end: 'stop', usage: null, reply: () => parse(model, question) }
}

function callOptions({ signal }: Question): CallOptions {
  return signal ? { signal } : {}
}

function usageOf(usage: { readonly input_tokens: number; readonly output_tokens: number } | undefined): Said['usage'] {
  return usage ? { input: usage.input_tokens, output: usage.output_tokens } : null
}

/** OpenAI's word, or Anthropic's, which stands elsewhere in a stream. */
function endOf({ response_metadata: metadata, additional_kwargs: rest }: AIMessageChunk): Said['end'] {
  const reason: unknown = metadata['finish_reason'] ?? metadata['stop_reason'] ?? rest['stop_reason']
  if (reason === 'tool_calls' || reason === 'tool_use') return 'tool-calls'
  if (reason === 'length' || reason === 'max_tokens') return 'length'
  return reason === 'stop' || reason === 'end_turn' ? 'stop' : 'refusal'
}
