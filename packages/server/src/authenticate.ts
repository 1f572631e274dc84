import { GatewayError } from '@gateway/core'
import type { MiddlewareHandler } from 'hono'
import type { ServerEnv } from './server-parts.ts'

/** Lets in who shows the key, in any of the headers in which the vendors' clients put theirs. */
export function authenticate(token: string | null): MiddlewareHandler<ServerEnv> {
  if (token === null) return (_context, next) => next()
  const expected = digest(token)
  return async (context, next) => {
    const shown = keyFrom((name) => context.req.header(name))
    if (shown === undefined || !areEqual(await digest(shown), await expected)) {
      throw new GatewayError('unauthenticated', 'Incorrect or missing API key. Send it as "Authorization: Bearer …" or as x-api-key.')
    }
    await next()
  }
}

const BEARER = /^bearer +(\S+)$/i

/** `Authorization` first; several of its values, joined by a comma, are none. */
function keyFrom(header: (name: string) => string | undefined): string | undefined {
  const authorization = header('authorization')
  if (authorization !== undefined) return BEARER.exec(authorization)?.[1]
  return header('x-api-key') ?? header('x-goog-api-key') ?? header('api-key') ?? header('x-auth-token')
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}

/** Over digests, and without an early end, so that time tells nothing about the key. */
function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length
  for (const [index, byte] of one.entries()) difference |= byte ^ (other[index] ?? 0)
  return difference === 0
}
