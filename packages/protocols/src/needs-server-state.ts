import { GatewayError } from '@gateway/core'

/** The error of a field that only a server that remembers earlier requests could follow; to be thrown. */
export function needsServerState(param: string, remedy: string): GatewayError {
  return new GatewayError('invalid-request', `${param}: needs state that the gateway does not keep for this model; ${remedy}`, { param })
}
