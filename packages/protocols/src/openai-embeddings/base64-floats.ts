/** A vector as OpenAI packs it: 32-bit floats, the lowest byte first, in base64. Null for what is no such thing. */
export function floatsFromBase64(base64: string): readonly number[] | null {
  const binary = decode(base64)
  if (binary === null || binary.length === 0 || binary.length % FLOAT_BYTES !== 0) return null
  const view = new DataView(Uint8Array.from(binary, (character) => character.charCodeAt(0)).buffer)
  return Array.from({ length: binary.length / FLOAT_BYTES }, (_, index) => view.getFloat32(index * FLOAT_BYTES, true))
}

/** The opposite. Numbers lose what a 32-bit float cannot hold. */
export function base64FromFloats(floats: readonly number[]): string {
  const bytes = new Uint8Array(floats.length * FLOAT_BYTES)
  const view = new DataView(bytes.buffer)
  for (const [index, float] of floats.entries()) view.setFloat32(index * FLOAT_BYTES, float, true)
  let binary = ''
  // In slices, since each byte is an argument of its own.
  for (let start = 0; start < bytes.length; start += SLICE) binary += String.fromCharCode(...bytes.subarray(start, start + SLICE))
  return btoa(binary)
}

const FLOAT_BYTES = 4
const SLICE = 8192

function decode(base64: string): string | null {
  try {
    return atob(base64)
  } catch {
    return null
  }
}
