import { createAnthropic } from '@ai-sdk/anthropic'
import { createGoogle } from '@ai-sdk/google'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { APICallError, generateText, jsonSchema, Output, streamText, tool } from 'ai'
import type { FinishReason, LanguageModel, ModelMessage, StepResult, ToolSet } from 'ai'
import type { Question, Said, SdkClient, Skill } from '../client.ts'
import { testAiSdk, type Dialect, type ProviderOptions } from '../own/ai-sdk.ts'

/** The AI SDK, through the packages by which it speaks to vendors. */
export const aiSdkClients: readonly SdkClient[] = [
  aiSdk({
    name: '@ai-sdk/openai',
    model: ({ url, key }, model) => createOpenAI({ baseURL: `${url}/v1`, apiKey: key })(model),
    embeddingModel: ({ url, key }, model) => createOpenAI({ baseURL: `${url}/v1`, apiKey: key }).embeddingModel(model),
    // It knows OpenAI's own models by name; and it refers to what OpenAI has stored unless told that nothing is.
    options: { openai: { store: false } },
    thinking: { openai: { store: false, forceReasoning: true, reasoningEffort: 'low', reasoningSummary: 'auto' } },
  }),
  aiSdk({
    name: '@ai-sdk/openai-compatible',
    // It reads `reasoning_content`, but cannot ask for it.
    lacks: ['thoughts'],
    model: ({ url, key }, model) =>
      createOpenAICompatible({
        name: 'gateway',
        baseURL: `${url}/v1`,
        apiKey: key,
        includeUsage: true,
        supportsStructuredOutputs: true,
      })(model),
    options: {},
    thinking: { gateway: { reasoningEffort: 'low' } },
  }),
  aiSdk({
    name: '@ai-sdk/anthropic',
    model: ({ url, key }, model) => createAnthropic({ baseURL: `${url}/v1`, apiKey: key })(model),
    // It knows by name which models of Claude take a schema, and would give all others a tool in its place.
    options: { anthropic: { structuredOutputMode: 'outputFormat' } },
    thinking: { anthropic: { thinking: { type: 'adaptive', display: 'summarized' }, effort: 'low' } },
  }),
  aiSdk({
    name: '@ai-sdk/google',
    model: ({ url, key }, model) => createGoogle({ baseURL: `${url}/v1beta`, apiKey: key })(model),
    embeddingModel: ({ url, key }, model) => createGoogle({ baseURL: `${url}/v1beta`, apiKey: key }).embeddingModel(model),
    options: {},
    thinking: { google: { thinkingConfig: { includeThoughts: true, thinkingLevel: 'low' } } },
  }),
]

interface Flavour extends Dialect {
  readonly name: string
  readonly lacks?: readonly Skill[]
  /** What it is told in place of `options` where it is to think. */
  readonly thinking: ProviderOptions
}

function aiSdk(flavour: Flavour): SdkClient {
  return {
    name: flavour.name,
    ...(flavour.lacks && { lacks: flavour.lacks }),
    errors: {
      'bad-request': APICallError,
      unauthenticated: APICallError,
      'not-found': APICallError,
      'rate-limited': APICallError,
      unavailable: APICallError,
    },
    statusField: 'statusCode',
    testOwn: (surroundings) => testAiSdk(flavour, surroundings),
    connect: (gateway) => ({
      ask: (question) => {
        const model = flavour.model(gateway, question.model)
        return say({ model, question, options: question.thinks ? flavour.thinking : flavour.options }, opening(question))
      },
    }),
  }
}

interface Asking {
  readonly model: LanguageModel
  readonly question: Question
  readonly options: ProviderOptions
}

function opening({ text, image }: Question): ModelMessage[] {
  if (image === undefined) return [{ role: 'user', content: text }]
  return [
    {
      role: 'user',
      content: [
        { type: 'text', text },
        { type: 'file', data: image, mediaType: 'image/png' },
      ],
    },
  ]
}

async function say(asking: Asking, messages: readonly ModelMessage[]): Promise<Said> {
  const { step, output } = await (asking.question.isStreamed ? streamed : whole)(asking, messages)
  const { toolCalls, usage, response } = step
  return {
    text: asking.question.schema ? JSON.stringify(await output()) : step.text,
    thought: step.reasoningText ?? '',
    calls: toolCalls.map(({ toolCallId, toolName, input }) => ({ id: toolCallId, name: toolName, arguments: input })),
    end: endOf(step.finishReason),
    usage: { input: usage.inputTokens ?? 0, output: usage.outputTokens ?? 0 },
    reply: (results) => {
      const content = toolCalls.map(({ toolCallId, toolName }, index) => ({
        type: 'tool-result' as const,
        toolCallId,
        toolName,
        output: { type: 'text' as const, value: results[index] ?? '' },
      }))
      return say(asking, [...messages, ...response.messages, { role: 'tool', content }])
    },
  }
}

interface Told {
  readonly step: StepResult<ToolSet>
  /** As the SDK has read it; there is none where a tool is called. */
  readonly output: () => unknown
}

async function whole(asking: Asking, messages: readonly ModelMessage[]): Promise<Told> {
  const result = await generateText(settingsOf(asking, messages))
  return { step: result.finalStep, output: () => result.output }
}

/** An error of the stream is a part of it. */
async function streamed(asking: Asking, messages: readonly ModelMessage[]): Promise<Told> {
  const result = streamText({ ...settingsOf(asking, messages), onError: () => {} })
  for await (const part of result.stream) {
    if (part.type === 'error') throw part.error
    if (part.type === 'abort') throw new Error('aborted')
    if (part.type === 'text-delta') asking.question.onText?.(part.text)
  }
  return { step: await result.finalStep, output: () => result.output }
}

function settingsOf({ model, question, options }: Asking, messages: readonly ModelMessage[]) {
  const { system, tools, schema, maxTokens, signal } = question
  return {
    model,
    messages: [...messages],
    maxRetries: 0,
    providerOptions: options,
    ...(system !== undefined && { instructions: system }),
    ...(tools && { tools: toolSet(tools) }),
    ...(schema && { output: Output.object({ schema: jsonSchema(schema) }) }),
    ...(maxTokens !== undefined && { maxOutputTokens: maxTokens }),
    ...(signal && { abortSignal: signal }),
  }
}

function toolSet(tools: NonNullable<Question['tools']>): ToolSet {
  return Object.fromEntries(
    tools.map(({ name, description, parameters }) => [name, tool({ description, inputSchema: jsonSchema(parameters) })]),
  )
}

function endOf(reason: FinishReason): Said['end'] {
  return reason === 'stop' || reason === 'length' || reason === 'tool-calls' ? reason : 'refusal'
}
