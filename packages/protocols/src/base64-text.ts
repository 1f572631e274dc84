/** UTF-8 as base64; null for a text with half a surrogate pair, which UTF-8 cannot say. */
export function base64FromText(text: string): string | null {
  if (!text.isWellFormed()) return null
  const bytes = new TextEncoder().encode(text)
  let binary = ''
  // In slices, since each byte is an argument of its own.
  for (let start = 0; start < bytes.length; start += SLICE) binary += String.fromCharCode(...bytes.subarray(start, start + SLICE))
  return btoa(binary)
}

/** The text that base64 holds; null where it is not base64, or not UTF-8. */
export function textFromBase64(base64: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

const SLICE = 8192
