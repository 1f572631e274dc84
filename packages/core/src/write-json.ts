import { GatewayError } from './gateway-error.ts'

/**
 * The text of a value that came from a client. `JSON.parse` takes any depth, and what writes it recurses: throws
 * `GatewayError('invalid-request')` for a value that is too deep.
 */
export function writeJson(value: object): string {
  try {
    return JSON.stringify(value)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new GatewayError('invalid-request', 'body: nested too deeply', { cause })
  }
}
