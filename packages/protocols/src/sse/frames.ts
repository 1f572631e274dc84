/** Cuts a stream of server-sent events into whole frames. Bytes are never decoded here, so nothing about them changes. */
export interface FrameSplitter {
  /** The frames that this piece completes, each with the blank line that ends it; views of the piece where possible. */
  split(chunk: Uint8Array): readonly Uint8Array[]
  /** What is held of an unfinished frame; forgotten by this call. */
  takeRest(): Uint8Array
  /** Bytes held of an unfinished frame. */
  heldBytes(): number
}

/**
 * Frames end at a blank line; lines end in LF, CRLF or CR (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * A CR at the end of a piece waits for the next one, since an LF there would belong to it. Work is linear in the bytes,
 * however they are cut.
 */
export function createFrameSplitter(): FrameSplitter {
  let held: Uint8Array[] = []
  let heldBytes = 0
  /** Whether the line that is being read has no byte so far. */
  let isLineEmpty = true
  let isCarriageReturnPending = false

  function takeRest(): Uint8Array {
    const rest = concatBytes(held)
    held = []
    heldBytes = 0
    return rest
  }

  /** Positions just behind each blank line of the chunk. */
  function findEnds(chunk: Uint8Array): readonly number[] {
    const ends: number[] = []
    let position = 0
    if (isCarriageReturnPending && chunk.length > 0) {
      isCarriageReturnPending = false
      if (chunk[0] === LF) position = 1
      if (isLineEmpty) ends.push(position)
      isLineEmpty = true
    }
    let nextCarriageReturn = indexOrEnd(chunk, CR, position)
    let nextLineFeed = indexOrEnd(chunk, LF, position)
    while (position < chunk.length) {
      const lineEnd = Math.min(nextCarriageReturn, nextLineFeed)
      if (lineEnd > position) isLineEmpty = false
      if (lineEnd === chunk.length) break
      const isCarriageReturn = lineEnd === nextCarriageReturn
      if (isCarriageReturn && lineEnd + 1 === chunk.length) {
        isCarriageReturnPending = true
        break
      }
      position = isCarriageReturn && chunk[lineEnd + 1] === LF ? lineEnd + 2 : lineEnd + 1
      if (isLineEmpty) ends.push(position)
      isLineEmpty = true
      if (nextCarriageReturn < position) nextCarriageReturn = indexOrEnd(chunk, CR, position)
      if (nextLineFeed < position) nextLineFeed = indexOrEnd(chunk, LF, position)
    }
    return ends
  }

  return {
    split(chunk) {
      const ends = findEnds(chunk)
      const last = ends.at(-1)
      if (last === undefined) {
        // A copy, since the piece belongs to whoever read it.
        if (chunk.length > 0) held.push(chunk.slice())
        heldBytes += chunk.length
        return []
      }
      const offset = heldBytes
      const bytes = offset === 0 ? chunk : concatBytes([...held, chunk.subarray(0, last)])
      held = last < chunk.length ? [chunk.slice(last)] : []
      heldBytes = chunk.length - last
      let start = 0
      return ends.map((end) => bytes.subarray(start, (start = end + offset)))
    },
    takeRest,
    heldBytes: () => heldBytes,
  }
}

const LF = 0x0a
const CR = 0x0d

function indexOrEnd(bytes: Uint8Array, byte: number, from: number): number {
  const index = bytes.indexOf(byte, from)
  return index === -1 ? bytes.length : index
}

/** All pieces as one; a view where the pieces lie side by side in the same memory. */
export function concatBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const [first, ...others] = pieces
  if (first === undefined) return new Uint8Array(0)
  let length = first.length
  let areAdjacent = true
  for (const piece of others) {
    areAdjacent &&= piece.buffer === first.buffer && piece.byteOffset === first.byteOffset + length
    length += piece.length
  }
  if (areAdjacent) return new Uint8Array(first.buffer, first.byteOffset, length)
  const joined = new Uint8Array(length)
  let offset = 0
  for (const piece of pieces) {
    joined.set(piece, offset)
    offset += piece.length
  }
  return joined
}
