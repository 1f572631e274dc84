import { createBlankLineFinder } from './blank-lines.ts'

/** Cuts a stream of server-sent events into whole frames. Bytes are never decoded here, so nothing about them changes. */
export interface FrameSplitter {
  /** The frames that this piece completes, each with the blank line that ends it; views of the piece where possible. */
  split(chunk: Uint8Array): readonly Uint8Array[]
  /** What is held of an unfinished frame; forgotten by this call. */
  takeRest(): Uint8Array
  /** Bytes held of an unfinished frame; the caller decides how many are too many. */
  heldBytes(): number
}

/** Work is linear in the bytes, however they are cut: each is searched once, and copied at most twice. */
export function createFrameSplitter(): FrameSplitter {
  const blankLines = createBlankLineFinder()
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
      const ends = blankLines.find(chunk)
      const last = ends.at(-1)
      if (last === undefined) {
        hold(chunk)
        return []
      }
      const offset = heldBytes
      const bytes = offset === 0 ? chunk : concatBytes([takeRest(), chunk.subarray(0, last)])
      hold(chunk.subarray(last))
      const starts = [0, ...ends.map((end) => end + offset)]
      return ends.map((end, index) => bytes.subarray(starts[index], end + offset))
    },
    takeRest,
    heldBytes: () => heldBytes,
  }
}

/** All pieces as one; a view where the pieces lie side by side in the same memory. */
export function concatBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces
  if (first === undefined) return new Uint8Array(0)
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  if (areAdjacent(pieces)) return new Uint8Array(first.buffer, first.byteOffset, length)
  const joined = new Uint8Array(length)
  let offset = 0
  for (const piece of pieces) {
    joined.set(piece, offset)
    offset += piece.length
  }
  return joined
}

function areAdjacent(pieces: readonly Uint8Array[]): boolean {
  return pieces.every((piece, index) => {
    const before = pieces[index - 1]
    return before === undefined || (piece.buffer === before.buffer && piece.byteOffset === before.byteOffset + before.length)
  })
}
