import { GatewayError, isJsonObject, type WireRequest } from '@gateway/core'

/**
 * Reads the body of a request up to a limit and parses it once. Throws `body-too-large`, `unsupported-media-type` or
 * `invalid-request`.
 */
export async function readWireRequest(request: Request, protocol: string, maxBytes: number): Promise<WireRequest> {
  refuseEncodings(request.headers)
  refuseLength(Number(request.headers.get('content-length') ?? 0), maxBytes)
  const bytes = new Uint8Array(await request.arrayBuffer())
  refuseLength(bytes.byteLength, maxBytes)
  const text = decode(bytes)
  return { protocol, bytes, text, json: parse(text) }
}

function refuseEncodings(headers: Headers): void {
  const encoding = headers.get('content-encoding') ?? 'identity'
  if (encoding !== 'identity') throw new GatewayError('unsupported-media-type', `Send the body without content-encoding; found '${excerpt(encoding)}'.`)
  const type = headers.get('content-type') ?? 'application/json'
  if (!/^(application\/([\w.+-]*\+)?json|text\/plain)\s*(;|$)/i.test(type)) {
    throw new GatewayError('unsupported-media-type', `Expected content-type application/json, found '${excerpt(type)}'.`)
  }
}

function refuseLength(length: number, maxBytes: number): void {
  if (length > maxBytes) throw new GatewayError('body-too-large', `The body has ${length} bytes; at most ${maxBytes} are taken.`)
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
