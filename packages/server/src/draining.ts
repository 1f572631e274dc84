import { GatewayError } from '@gateway/core'
import type { ServerParts } from './server-parts.ts'

/** Connections that are kept alive bring new requests while a process stops. */
export function refuseWhileDraining({ isDraining }: ServerParts): void {
  if (isDraining?.()) throw new GatewayError('shutting-down', 'This gateway is shutting down.', { retryAfterMs: 1_000 })
}
