/** How much of each part of a stream has gone on, so that what an event repeats as a whole is said once. */
export interface SeenText {
  /** The piece as it is; it counts as seen. */
  add(part: string, piece: string): string
  /** What of the whole has not been seen yet; it counts as seen now. */
  missing(part: string, whole: string): string
  isEmpty(part: string): boolean
}

/** Keeps lengths, never the text. */
export function createSeenText(): SeenText {
  const lengths = new Map<string, number>()
  const lengthOf = (part: string): number => lengths.get(part) ?? 0
  return {
    add(part, piece) {
      lengths.set(part, lengthOf(part) + piece.length)
      return piece
    },
    missing(part, whole) {
      const missing = whole.slice(lengthOf(part))
      lengths.set(part, lengthOf(part) + missing.length)
      return missing
    },
    isEmpty: (part) => lengthOf(part) === 0,
  }
}
