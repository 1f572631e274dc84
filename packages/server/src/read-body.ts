import { concatBytes, GatewayError, isJsonObject, type WireRequest } from '@gateway/core'

/**
 * Reads the body of a request up to a limit and parses it once. Throws `body-too-large`, `unsupported-media-type` or
 * `invalid-request`.
 */
export async function readWireRequest(request: Request, protocol: string, maxBytes: number): Promise<WireRequest> {
  refuseEncodings(request.headers)
  const bytes = await readBytes(request, maxBytes)
  const text = decode(bytes)
  return { protocol, bytes, text, json: parse(text) }
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

/** A stated length is kept by the HTTP server; a body without one is counted as it comes. */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
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

function parse(text: string): WireRequest['json'] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new GatewayError('invalid-request', `The body is not valid JSON${text === '' ? ': it is empty' : ''}.`, { cause: error })
  }
  if (!isJsonObject(json)) throw new GatewayError('invalid-request', 'Expected a JSON object as the body.')
  return json
}

function excerpt(value: string): string {
  return value.slice(0, 60)
}
