import { concatBytes } from '../concat-bytes.ts'
import type { Watchdog } from './watchdog.ts'

/** Reads a body up to a limit; what is beyond is not read, and the upstream is stopped. */
export async function readAtMost(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  watchdog: Watchdog,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly isCut: boolean }> {
  const held: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    watchdog.touch()
    held.push(chunk)
    length += chunk.byteLength
    if (length > maxBytes) break
  }
  return { bytes: concatBytes(held).subarray(0, maxBytes), isCut: length > maxBytes }
}
