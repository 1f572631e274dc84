import { createHash } from 'node:crypto'

/** A vector of length 1 for a text: texts that share words lie close to each other, and the same text always gets the same. */
export function embed(text: string, dimensions: number): readonly number[] {
  const vector = Array.from({ length: dimensions }, () => 0)
  for (const word of text.toLowerCase().split(/\s+/)) {
    const hash = createHash('sha256').update(word).digest()
    // Three places a word: that two different words fill the same ones is unlikely even in few dimensions.
    for (const offset of [0, 4, 8]) vector[hash.readUInt32LE(offset) % dimensions] = 1
  }
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}
