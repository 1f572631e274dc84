import { concatBytes } from '../sse/frames.ts'

/** Cuts a stream into lines that end in LF. Bytes are never decoded here, so a character that is cut in two is whole again. */
export interface LineSplitter {
  /** The lines that this piece completes, each with its LF. */
  split(chunk: Uint8Array): readonly Uint8Array[]
  /** What is held of an unfinished line; forgotten by this call. */
  takeRest(): Uint8Array
  /** Bytes held of an unfinished line; the caller decides how many are too many. */
  heldBytes(): number
}

/** Work is linear in the bytes, however they are cut. */
export function createLineSplitter(): LineSplitter {
  let held: Uint8Array[] = []
  let heldBytes = 0

  function hold(bytes: Uint8Array): void {
    // A copy, since the piece belongs to whoever read it.
    if (bytes.length > 0) held.push(bytes.slice())
    heldBytes += bytes.length
  }

  function takeRest(): Uint8Array {
    const rest = concatBytes(held)
    held = []
    heldBytes = 0
    return rest
  }

  return {
    split(chunk) {
      const lines: Uint8Array[] = []
      let start = 0
      for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
        const line = chunk.subarray(start, end + 1)
        lines.push(heldBytes === 0 ? line : concatBytes([takeRest(), line]))
        start = end + 1
      }
      hold(chunk.subarray(start))
      return lines
    },
    takeRest,
    heldBytes: () => heldBytes,
  }
}

const LF = 0x0a
