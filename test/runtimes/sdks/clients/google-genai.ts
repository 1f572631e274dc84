import { ApiError, GoogleGenAI, ThinkingLevel } from '@google/genai'
import type { Content, FunctionCall, GenerateContentConfig, GenerateContentParameters, GenerateContentResponse, Part } from '@google/genai'
import type { Question, Said, SdkClient } from '../client.ts'
import { testGoogleGenai } from '../own/google-genai.ts'

/** `@google/genai`. Its stream has no helper: an application puts the pieces together. */
export const googleGenai: SdkClient = {
  name: '@google/genai',
  errors: {
    'bad-request': ApiError,
    unauthenticated: ApiError,
    'not-found': ApiError,
    'rate-limited': ApiError,
    unavailable: ApiError,
  },
  testOwn: testGoogleGenai,
  connect: ({ url, key }) => {
    const client = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } })
    return { ask: (question) => say(client, question, [{ role: 'user', parts: opening(question) }]) }
  },
}

function opening({ text, image }: Question): Part[] {
  return [...(image === undefined ? [] : [{ inlineData: { mimeType: 'image/png', data: image } }]), { text }]
}

async function say(client: GoogleGenAI, question: Question, contents: Content[]): Promise<Said> {
  const body = { model: question.model, contents, config: configOf(question) }
  const { parts, reason, usage } = await (question.isStreamed ? streamed : whole)(client, question, body)
  const asked = parts.flatMap((part) => part.functionCall ?? [])
  return {
    text: parts.map((part) => (part.thought ? '' : (part.text ?? ''))).join(''),
    thought: parts.map((part) => (part.thought ? (part.text ?? '') : '')).join(''),
    calls: asked.map((call) => ({ id: call.id ?? '', name: call.name ?? '', arguments: call.args ?? {} })),
    end: endOf(reason, asked),
    usage: usage && {
      input: usage.promptTokenCount ?? 0,
      output: (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
    },
    reply: (results) => {
      const answers = asked.map(({ id, name }, index) => ({
        functionResponse: { ...(id !== undefined && { id }), ...(name !== undefined && { name }), response: { output: results[index] } },
      }))
      return say(client, question, [...contents, { role: 'model', parts: [...parts] }, { role: 'user', parts: answers }])
    },
  }
}

function configOf({ system, tools, schema, thinks, maxTokens, signal }: Question): GenerateContentConfig {
  return {
    ...(system !== undefined && { systemInstruction: system }),
    ...(tools && {
      tools: [
        {
          functionDeclarations: tools.map(({ name, description, parameters }) => ({ name, description, parametersJsonSchema: parameters })),
        },
      ],
    }),
    ...(schema && { responseMimeType: 'application/json', responseJsonSchema: schema }),
    ...(thinks && { thinkingConfig: { includeThoughts: true, thinkingLevel: ThinkingLevel.LOW } }),
    ...(maxTokens !== undefined && { maxOutputTokens: maxTokens }),
    ...(signal && { abortSignal: signal }),
  }
}

interface Gathered {
  readonly parts: readonly Part[]
  readonly reason: string | undefined
  readonly usage: NonNullable<GenerateContentResponse['usageMetadata']> | null
}

async function whole(client: GoogleGenAI, _question: Question, body: GenerateContentParameters): Promise<Gathered> {
  return gather([await client.models.generateContent(body)])
}

async function streamed(client: GoogleGenAI, question: Question, body: GenerateContentParameters): Promise<Gathered> {
  const chunks: GenerateContentResponse[] = []
  for await (const chunk of await client.models.generateContentStream(body)) {
    chunks.push(chunk)
    for (const part of partsOf(chunk)) if (part.text !== undefined && !part.thought) question.onText?.(part.text)
  }
  return gather(chunks)
}

function gather(chunks: readonly GenerateContentResponse[]): Gathered {
  return {
    parts: chunks.flatMap(partsOf),
    reason: chunks.findLast((chunk) => chunk.candidates?.[0]?.finishReason)?.candidates?.[0]?.finishReason,
    usage: chunks.findLast((chunk) => chunk.usageMetadata)?.usageMetadata ?? null,
  }
}

function partsOf(chunk: GenerateContentResponse): readonly Part[] {
  return chunk.candidates?.[0]?.content?.parts ?? []
}

/** Google has no reason of its own for calls. */
function endOf(reason: string | undefined, calls: readonly FunctionCall[]): Said['end'] {
  if (reason === 'MAX_TOKENS') return 'length'
  if (reason !== 'STOP') return 'refusal'
  return calls.length > 0 ? 'tool-calls' : 'stop'
}
