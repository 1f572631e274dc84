import { GatewayError } from '@gateway/core'

/**
 * Runs a step that walks over a body or writes it: `JSON.parse` takes any depth, what recurses does not. Throws
 * `GatewayError('invalid-request')` for a body that is too deep.
 */
export function refuseDepth<T>(step: () => T): T {
  try {
    return step()
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new GatewayError('invalid-request', 'body: nested too deeply', { cause })
  }
}
