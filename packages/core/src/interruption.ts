import type { GatewayErrorCode } from './gateway-error.ts'
import { GatewayError } from './gateway-error.ts'

/** Why a request was given up before it had ended. */
export interface Interruption {
  readonly code: GatewayErrorCode
  readonly message: string
}

/** What an aborted signal says: a `GatewayError` as its reason is one of ours, such as `shutting-down`; else the client has gone. */
export function interruptionOf({ reason }: AbortSignal): Interruption {
  return reason instanceof GatewayError ? reason : CLIENT_CLOSED
}

const CLIENT_CLOSED: Interruption = { code: 'client-closed', message: 'The client closed the request.' }
