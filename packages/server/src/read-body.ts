import { concatBytes, GatewayError, isJsonObject, type WireRequest } from '@gateway/core'
import { checkJsonText } from './json-limits.ts'
import type { ServerParts } from './server-parts.ts'

/**
 * Reads the body of a request up to a limit and parses it once. Throws `body-too-large`, `body-too-slow`, `unsupported-media-type`
 * or `invalid-request`.
 */
export async function readWireRequest(request: Request, protocol: string, parts: BodyParts): Promise<WireRequest> {
  refuseEncodings(request.headers)
  const bytes = await readBytes(request, parts)
  const { text, value } = readJson(bytes)
  if (!isJsonObject(value)) throw new GatewayError('invalid-request', 'Expected a JSON object as the body.')
  return { protocol, bytes, text, json: value }
}

export interface JsonBody {
  readonly text: string
  readonly value: unknown
  /** Top-level members of the text; more than `value` has where one stands twice. */
  readonly memberCount: number
}

/** Throws `invalid-request` for bytes that are no JSON, or more of it than anybody sends. */
export function readJson(bytes: Uint8Array): JsonBody {
  const text = decode(bytes)
  return { text, memberCount: checkJsonText(text), value: parse(text) }
}

function refuseEncodings(headers: Headers): void {
  const encoding = headers.get('content-encoding') ?? 'identity'
  if (encoding !== 'identity')
    throw new GatewayError('unsupported-media-type', `Send the body without content-encoding; found '${excerpt(encoding)}'.`)
  const type = headers.get('content-type') ?? 'application/json'
  if (!/^(application\/([\w.+-]*\+)?json|text\/plain)\s*(;|$)/i.test(type)) {
    throw new GatewayError('unsupported-media-type', `Expected content-type application/json, found '${excerpt(type)}'.`)
  }
}

/** What limits a body. */
export type BodyParts = Pick<ServerParts, 'clock' | 'settings'>

/** Not every HTTP server loses patience with a client that never ends its request. */
export function readBytes(request: Request, { clock, settings }: BodyParts): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const tooSlow = (): void => reject(new GatewayError('body-too-slow', 'The body did not come to its end in time.'))
    const cancel = clock.schedule(MAX_BODY_MS, tooSlow)
    void readAll(request, settings.maxBodyBytes).then(resolve, reject).finally(cancel)
  })
}

/** Time for 25 MiB at 1.2 Mbit/s. */
const MAX_BODY_MS = 180_000

/** A stated length is kept by the HTTP server; a body without one is counted as it comes. */
async function readAll(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const stated = request.headers.get('content-length')
  refuseLength(Number(stated ?? 0), maxBytes)
  if (stated !== null || !request.body) return new Uint8Array(await request.arrayBuffer())
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body) {
    length += chunk.byteLength
    refuseLength(length, maxBytes)
    chunks.push(chunk)
  }
  return concatBytes(chunks)
}

function refuseLength(length: number, maxBytes: number): void {
  if (length > maxBytes) throw new GatewayError('body-too-large', `The body is larger than the ${maxBytes} bytes that are taken.`)
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch (error) {
    throw new GatewayError('invalid-request', 'The body is not valid UTF-8.', { cause: error })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new GatewayError('invalid-request', `The body is not valid JSON${text === '' ? ': it is empty' : ''}.`, { cause: error })
  }
}

function excerpt(value: string): string {
  return value.slice(0, 60)
}
