import { isJsonObject, type Json, type JsonObject, type Transport, type TransportRequest, type TransportResponse } from '@gateway/core'
import { asResponse, describeError } from './call-error.ts'
import type { LanguageModel, LanguageModels } from './language-model.ts'
import { stringOf } from './string-of.ts'

/** Calls a model in this process. Its own client does the HTTP, with the same signal. */
export function aiSdkTransport(models: LanguageModels, providerOptions: JsonObject): Transport {
  return {
    async send(request) {
      const { model: name, isStreaming, options } = readCall(request)
      const model = Object.hasOwn(models, name) ? models[name] : undefined
      if (!model) return respond(404, text('{"error":{"message":"No such model.","code":"model_not_found"}}'))
      const call = { ...toOptions(options, model.specificationVersion), providerOptions, abortSignal: request.signal }
      try {
        return respond(
          200,
          isStreaming ? lines(model, (await model.doStream(call)).stream) : text(toText(model, await model.doGenerate(call))),
        )
      } catch (error) {
        if (request.signal.aborted) throw error
        return asResponse(error)
      }
    },
  }
}

function readCall({ body = '' }: TransportRequest): { readonly model: string; readonly isStreaming: boolean; readonly options: Json } {
  const call: unknown = JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body))
  const { model, isStreaming, options = {} } = isJsonObject(call) ? call : {}
  return { model: stringOf(model), isStreaming: isStreaming === true, options }
}

/** Addresses of files become URL objects, which JSON has not: behind a tag from v4 on, in the place of the data before. */
function toOptions(options: Json, version: string): object {
  const revive = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(revive)
    if (!isJsonObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, reviveField(key, field)]))
  }
  // What a tool was given is the model's own, whatever its fields are called.
  const reviveField = (key: string, field: unknown): unknown => {
    if (key === 'input') return field
    return key === 'data' ? toData(field, version) : revive(field)
  }
  if (!isJsonObject(options)) return {}
  return { ...options, prompt: revive(options['prompt']) }
}

function toData(data: unknown, version: string): unknown {
  if (!isJsonObject(data) || data['type'] !== 'url' || !URL.canParse(stringOf(data['url']))) return data
  const url = new URL(stringOf(data['url']))
  return version === 'v2' || version === 'v3' ? url : { type: 'url', url }
}

/** Without what was sent and received, which nobody reads again. */
function toText({ modelId }: LanguageModel, result: object): string {
  const response = 'response' in result && isJsonObject(result.response) ? { ...result.response, body: undefined } : undefined
  return JSON.stringify({ ...result, model: modelId, response, request: undefined })
}

async function* text(value: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(value)
}

function respond(status: number, body: AsyncIterable<Uint8Array>): TransportResponse {
  return { status, header: () => null, body }
}

/** Parts without a word here, some of them megabytes long. */
const UNREAD: ReadonlySet<unknown> = new Set(['file', 'reasoning-file', 'source', 'raw', 'ping', 'stream-start'])

/** One part a line. Leaving early cancels the model's stream. */
async function* lines({ modelId }: LanguageModel, stream: ReadableStream<object>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  const toLine = (part: object): Uint8Array => encoder.encode(`${JSON.stringify(part)}\n`)
  yield toLine({ type: 'open', model: modelId })
  const reader = stream.getReader()
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const part = read.value
      if ('type' in part && UNREAD.has(part.type)) continue
      yield toLine('error' in part ? { type: 'error', ...describeError(part.error) } : part)
    }
  } finally {
    await reader.cancel()
  }
}
