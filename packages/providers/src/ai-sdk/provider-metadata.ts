import { isJsonObject, type JsonObject } from '@gateway/core'

const MARK = 'ai-sdk:'

/** What a model said about its own thought or call (signatures, ids), as a text that a client can send back. */
export function toSignature(metadata: unknown): string | undefined {
  return isJsonObject(metadata) && Object.keys(metadata).length > 0 ? MARK + JSON.stringify(metadata) : undefined
}

/** Null for a signature that another bridge or vendor wrote. */
export function fromSignature(signature: string): JsonObject | null {
  if (!signature.startsWith(MARK)) return null
  try {
    const metadata: unknown = JSON.parse(signature.slice(MARK.length))
    return isJsonObject(metadata) ? metadata : null
  } catch {
    // A client may have cut it: then nobody can read it.
    return null
  }
}
