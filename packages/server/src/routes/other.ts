import { GatewayError, isJsonObject, writeJson, type OtherModelRequest, type StreamPart } from '@gateway/core'
import type { Context, Handler } from 'hono'
import { refuseWhileDraining } from '../draining.ts'
import { answerCall, startCall, type Call } from '../open-exchange.ts'
import { readBytes, readJson } from '../read-body.ts'
import { replyHeaders } from '../reply-headers.ts'
import type { ServerEnv, ServerParts } from '../server-parts.ts'

/** Everything else under `/v1`: images, audio, files, moderations … go to a server of OpenAI's protocol as they came. */
export function other(parts: ServerParts): Handler<ServerEnv> {
  return async (context) => passOther(parts, context, await openOther(parts, context))
}

/** Sends what the gateway does not read, and passes on what comes back. */
export async function passOther(parts: ServerParts, context: Context<ServerEnv>, request: OtherModelRequest): Promise<Response> {
  refuseWhileDraining(parts)
  return answerCall(startCall(parts, context, request), (call) => respond(call, context))
}

/** Waits for the first piece: until it has come, a failure can still be told as one. */
async function respond({ reply: answered, leave }: Call, context: Context<ServerEnv>): Promise<Response> {
  const reply = await answered
  const { body } = reply
  if (body.kind !== 'other') throw new GatewayError('internal', 'An answer of another kind than was asked for.')
  const bytes = bytesOf(body.parts)
  const first = await bytes.next()
  const contentType = body.contentType === null ? {} : { 'content-type': body.contentType }
  const headers = { ...contentType, 'x-request-id': context.get('requestId'), ...replyHeaders(reply) }
  return new Response(first.done ? null : streamOf(first.value, bytes, leave), { status: body.status, headers })
}

/** Segments of letters, digits and a few signs: nothing that could climb out of the provider's own address. */
const SAFE_PATH = /^\/v1(\/(?!\.{1,2}(\/|$))[\w.:@~-]+)+$/

async function openOther(parts: ServerParts, context: Context<ServerEnv>): Promise<OtherModelRequest> {
  const { pathname, search } = new URL(context.req.url)
  const method = METHODS.find((known) => known === context.req.method)
  if (!method || !SAFE_PATH.test(pathname)) throw new GatewayError('not-found', 'There is nothing at this address.')
  const contentType = context.req.header('content-type') ?? null
  const bytes = method === 'GET' ? new Uint8Array() : await readBytes(context.req.raw, parts)
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
  const form = contentType !== null && FORM.test(contentType) ? await readForm(bytes, contentType) : null
  const { value: json, bytes: read } = contentType !== null && JSON_TYPE.test(contentType) ? readObject(bytes) : { value: null, bytes }
  const model = form?.get('model') ?? json?.['model']
  return { bytes: read, model: typeof model === 'string' ? model : null, json }
}

const FORM = /^multipart\/form-data\s*(;|$)/i
const JSON_TYPE = /^application\/([\w.+-]*\+)?json\s*(;|$)/i

function renamed({ json, model }: Body, name: string): string {
  if (json) return writeJson({ ...json, model: name })
  const found = (model ?? '').slice(0, 100)
  throw new GatewayError('invalid-request', `A form names its model as the provider does: expected '${name}', found '${found}'.`, {
    param: 'model',
  })
}

const METHODS = ['GET', 'POST', 'DELETE'] as const

/** An object in which a key stands twice is written anew, so that the provider reads what was read here. */
function readObject(bytes: Uint8Array<ArrayBuffer>): { readonly value: Body['json']; readonly bytes: Uint8Array<ArrayBuffer> } {
  const { value, memberCount } = readJson(bytes)
  if (!isJsonObject(value)) return { value: null, bytes }
  const isPlain = Object.keys(value).length === memberCount
  return { value, bytes: isPlain ? bytes : new TextEncoder().encode(writeJson(value)) }
}

async function readForm(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<FormData> {
  try {
    return await new Response(bytes, { headers: { 'content-type': contentType } }).formData()
  } catch (error) {
    throw new GatewayError('invalid-request', 'The body is not a form of the boundary that its content-type names.', { cause: error })
  }
}

/** Pulled by the client's own pace. An answer that breaks off breaks off here too: it has no form in which to say so. */
function streamOf(first: Uint8Array, bytes: AsyncGenerator<Uint8Array, void, void>, leave: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(first),
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
