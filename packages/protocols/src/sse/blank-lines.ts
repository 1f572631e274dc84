/** Finds the blank lines of a stream that comes in pieces, cut anywhere. */
export interface BlankLineFinder {
  /** Positions just behind each blank line that ends within this piece; 0 for one that the piece before it almost ended. */
  find(chunk: Uint8Array): readonly number[]
}

/**
 * Lines end in LF, CRLF or CR (https://html.spec.whatwg.org/multipage/server-sent-events.html). A CR at the end of a piece
 * waits for the next one, since an LF there would belong to it.
 */
export function createBlankLineFinder(): BlankLineFinder {
  /** Whether the line that is being read has no byte so far. */
  let isLineEmpty = true
  let isCarriageReturnPending = false

  function findPending(chunk: Uint8Array): LineEnd | null {
    if (!isCarriageReturnPending || chunk.length === 0) return null
    isCarriageReturnPending = false
    return { start: 0, next: chunk[0] === LF ? 1 : 0 }
  }

  return {
    find(chunk) {
      const ends: number[] = []
      const nextLineEnd = createLineEndSearch(chunk)
      let position = 0
      for (let line = findPending(chunk) ?? nextLineEnd(0); line !== null; line = nextLineEnd(position)) {
        if (line.start > position) isLineEmpty = false
        if (line.next === null) {
          isCarriageReturnPending = true
          return ends
        }
        position = line.next
        if (isLineEmpty) ends.push(position)
        isLineEmpty = true
      }
      if (position < chunk.length) isLineEmpty = false
      return ends
    },
  }
}

interface LineEnd {
  /** Where the line's terminator begins. */
  readonly start: number
  /** Where the next line begins; null where a CR ends the chunk, so that nobody knows yet. */
  readonly next: number | null
}

const LF = 0x0a
const CR = 0x0d

/** Native searches for both bytes, each repeated only when it has been passed: linear, however the two are mixed. */
function createLineEndSearch(chunk: Uint8Array): (from: number) => LineEnd | null {
  let carriageReturn = -1
  let lineFeed = -1
  return (from) => {
    if (carriageReturn < from) carriageReturn = indexOrEnd(chunk, CR, from)
    if (lineFeed < from) lineFeed = indexOrEnd(chunk, LF, from)
    const start = Math.min(carriageReturn, lineFeed)
    if (start === chunk.length) return null
    if (start === lineFeed) return { start, next: start + 1 }
    if (start + 1 === chunk.length) return { start, next: null }
    return { start, next: start + (chunk[start + 1] === LF ? 2 : 1) }
  }
}

function indexOrEnd(bytes: Uint8Array, byte: number, from: number): number {
  const index = bytes.indexOf(byte, from)
  return index === -1 ? bytes.length : index
}
