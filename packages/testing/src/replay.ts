/**
 * A recording as a body that arrives in pieces of `pieceSize` bytes (the last may be shorter), so that every border of lines,
 * events and characters falls between two pieces somewhere. May be iterated again. Throws `RangeError` for less than one byte.
 */
export function replay(recording: Uint8Array | string, pieceSize: number = 7): AsyncIterable<Uint8Array> {
  if (!(pieceSize >= 1)) throw new RangeError(`Pieces of ${pieceSize} bytes would never end`)
  const bytes = typeof recording === 'string' ? new TextEncoder().encode(recording) : recording
  return {
    async *[Symbol.asyncIterator]() {
      for (let start = 0; start < bytes.length; start += pieceSize) yield bytes.slice(start, start + pieceSize)
    },
  }
}
