/**
 * A short text that stands for another: an id for answers and calls that come without one, the same at each reading, and
 * different for different answers (FNV-1a, twice over, http://www.isthe.com/chongo/tech/comp/fnv/). Not a secret, and not safe
 * against somebody who looks for two that are alike.
 */
export function fingerprint(text: string): string {
  return hash(text, OFFSET).toString(36) + hash(text, OTHER_OFFSET).toString(36)
}

const OFFSET = 0x81_1c_9d_c5
const OTHER_OFFSET = 0x9e_37_79_b9
const PRIME = 0x01_00_01_93

function hash(text: string, offset: number): number {
  let value = offset
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), PRIME)
  return value >>> 0
}
