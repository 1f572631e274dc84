import { GatewayError, isJsonObject, writeJson, type OtherModelRequest, type StreamPart } from '@gateway/core'
import type { Context, Handler } from 'hono'
import { refuseWhileDraining } from '../draining.ts'
import { startCall } from '../open-exchange.ts'
import { readBytes } from '../read-body.ts'
import { replyHeaders } from '../reply-headers.ts'
import type { ServerEnv, ServerParts } from '../server-parts.ts'

/** Everything else under `/v1`: images, audio, files, moderations … go to a server of OpenAI's protocol as they came. */
export function other(parts: ServerParts): Handler<ServerEnv> {
  return async (context) => passOther(parts, context, await openOther(parts, context))
}

/** Sends what the gateway does not read, and passes on what comes back. */
export async function passOther(parts: ServerParts, context: Context<ServerEnv>, request: OtherModelRequest): Promise<Response> {
  refuseWhileDraining(parts)
  const call = startCall(parts, context, request)
  const reply = await call.reply
  const { body } = reply
  if (body.kind !== 'other') throw new GatewayError('internal', 'An answer of another kind than was asked for.')
  const contentType = body.contentType === null ? {} : { 'content-type': body.contentType }
  const headers = { ...contentType, 'x-request-id': context.get('requestId'), ...replyHeaders(reply) }
  return new Response(streamOf(body.parts, call.leave), { status: body.status, headers })
}

/** Segments of letters, digits and a few signs: nothing that could climb out of the provider's own address. */
const SAFE_PATH = /^\/v1(\/(?!\.{1,2}(\/|$))[\w.:@~-]+)+$/

async function openOther({ settings }: ServerParts, context: Context<ServerEnv>): Promise<OtherModelRequest> {
  const { pathname, search } = new URL(context.req.url)
  const method = METHODS.find((known) => known === context.req.method)
  if (!method || !SAFE_PATH.test(pathname)) throw new GatewayError('not-found', 'There is nothing at this address.')
  const contentType = context.req.header('content-type') ?? null
  const bytes = method === 'GET' ? new Uint8Array() : await readBytes(context.req.raw, settings.maxBodyBytes)
  const body = await openBody(bytes, contentType)
  return {
    operation: 'other',
    method,
    pathFor: () => pathname.slice('/v1'.length) + search,
    contentType,
    model: body.model ?? '',
    isStreaming: false,
    wantsStreamUsage: false,
    size: { inputTokens: Math.ceil(bytes.byteLength / 4), maxOutputTokens: null, choiceCount: 1 },
    bodyFor: (name) => (body.model === null || name === body.model ? body.bytes : renamed(body, name)),
  }
}

interface Body {
  readonly bytes: Uint8Array<ArrayBuffer> | null
  /** Null where it names no model. */
  readonly model: string | null
  readonly json: { readonly [field: string]: unknown } | null
}

async function openBody(bytes: Uint8Array<ArrayBuffer>, contentType: string | null): Promise<Body> {
  if (bytes.byteLength === 0) return { bytes: null, model: null, json: null }
  const form = contentType?.startsWith('multipart/form-data') ? await readForm(bytes, contentType) : null
  const json = contentType?.startsWith('application/json') ? readJson(bytes) : null
  const model = form?.get('model') ?? json?.['model']
  return { bytes, model: typeof model === 'string' ? model : null, json }
}

function renamed({ json, model }: Body, name: string): string {
  if (json) return writeJson({ ...json, model: name })
  const found = (model ?? '').slice(0, 100)
  throw new GatewayError('invalid-request', `A form names its model as the provider does: expected '${name}', found '${found}'.`, {
    param: 'model',
  })
}

const METHODS = ['GET', 'POST', 'DELETE'] as const

function readJson(bytes: Uint8Array): { readonly [field: string]: unknown } | null {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return isJsonObject(json) ? json : null
  } catch (error) {
    throw new GatewayError('invalid-request', 'The body is not valid JSON.', { cause: error })
  }
}

async function readForm(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<FormData> {
  try {
    return await new Response(bytes, { headers: { 'content-type': contentType } }).formData()
  } catch (error) {
    throw new GatewayError('invalid-request', 'The body is not a form of the boundary that its content-type names.', { cause: error })
  }
}

/** Pulled by the client's own pace. An answer that breaks off breaks off here too: it has no form in which to say so. */
function streamOf(parts: AsyncIterable<StreamPart>, leave: () => void): ReadableStream<Uint8Array> {
  const bytes = bytesOf(parts)
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const result = await bytes.next()
      if (result.done) controller.close()
      else controller.enqueue(result.value)
    },
    async cancel() {
      leave()
      await bytes.return()
    },
  })
}

async function* bytesOf(parts: AsyncIterable<StreamPart>): AsyncGenerator<Uint8Array, void, void> {
  for await (const part of parts) {
    if (part.events.some((event) => event.type === 'error')) throw new GatewayError('stream-interrupted', 'The upstream broke off.')
    if (part.bytes.byteLength > 0) yield part.bytes
  }
}
