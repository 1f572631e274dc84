import { isJsonObject, type Provider, type Transport, type TransportRequest, type TransportResponse } from '@gateway/core'
import { answerOfBindingError } from '@gateway/protocols'
import type { ProviderSettings } from '../define-provider.ts'
import { workersAi } from './workers-ai.ts'

/** What is needed of `env.AI`. */
export interface WorkersAiBinding {
  run(model: string, inputs: object, options?: object): Promise<unknown>
  models?(parameters?: object): Promise<unknown>
}

/** Workers AI by the binding of the Worker that the gateway runs in: without a key, an account's id or a way over the network. */
export function workersAiBinding(binding: WorkersAiBinding, settings: Omit<ProviderSettings, 'baseUrl' | 'transport'> = {}): Provider {
  // Only `run` is bound, so OpenAI's surface is not there.
  const protocols = [workersAi.declaration.protocol.name]
  return workersAi({ ...settings, baseUrl: 'http://workers-ai.invalid/ai', protocols, transport: bindingTransport(binding) })
}

function bindingTransport(binding: WorkersAiBinding): Transport {
  return {
    async send(request) {
      try {
        return request.method === 'GET' ? await list(binding) : toResponse(await run(binding, request))
      } catch (error) {
        if (request.signal.aborted) throw error
        const { status, body } = answerOfBindingError(error)
        return respond(status, bytesOf(body))
      }
    },
  }
}

async function list(binding: WorkersAiBinding): Promise<TransportResponse> {
  const models = await binding.models?.({ per_page: 100 })
  return models === undefined ? respond(404, bytesOf({})) : respond(200, bytesOf({ result: models }))
}

async function run(binding: WorkersAiBinding, { url, body = '', signal }: TransportRequest): Promise<unknown> {
  const model = decodeURIComponent(new URL(url).pathname.replace(/^\/ai\/run\//, ''))
  const parsed: unknown = JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body))
  const inputs = isJsonObject(parsed) ? parsed : {}
  try {
    return await binding.run(model, inputs, { returnRawResponse: true, signal })
  } catch (error) {
    // A binding that is another Worker's may not take a signal over RPC; nothing has been sent then.
    if (!(error instanceof DOMException) || error.name !== 'DataCloneError') throw error
    return binding.run(model, inputs, { returnRawResponse: true })
  }
}

/** Stand-ins, and older bindings, give the bare stream or the bare answer whatever is asked. */
function toResponse(answer: unknown): TransportResponse {
  if (answer instanceof Response) {
    return { status: answer.status, header: (name) => answer.headers.get(name), body: answer.body ?? bytesOf({}) }
  }
  return respond(200, answer instanceof ReadableStream ? answer : bytesOf(answer))
}

function respond(status: number, body: AsyncIterable<Uint8Array>): TransportResponse {
  return { status, header: () => null, body }
}

async function* bytesOf(value: unknown): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(JSON.stringify(value))
}
