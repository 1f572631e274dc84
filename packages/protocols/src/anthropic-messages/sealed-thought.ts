/** A thought that another vendor has encrypted and bound to an id, which a client of this protocol keeps for it. */
export interface SealedThought {
  readonly id: string
  readonly encrypted: string
}

/** As one word, which stands where Claude's own signature or encrypted text would. */
export function writeSealedThought({ id, encrypted }: SealedThought): string {
  return `${SEAL}${encodeURIComponent(id.toWellFormed())}:${encrypted}`
}

/** Null for a word of Claude's own. */
export function readSealedThought(word: string): SealedThought | null {
  if (!word.startsWith(SEAL)) return null
  const end = word.indexOf(':', SEAL.length)
  if (end === -1) return null
  try {
    return { id: decodeURIComponent(word.slice(SEAL.length, end)), encrypted: word.slice(end + 1) }
  } catch {
    return null
  }
}

/** No signature begins so: they are base64. */
const SEAL = 'gateway.thought:'
