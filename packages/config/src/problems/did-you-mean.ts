/** `; did you mean 'apiKey'?`, or nothing where no known name is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const near = [...known]
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.min(3, Math.floor(candidate.length / 2)))
    .toSorted((one, other) => one.distance - other.distance)[0]
  return near ? `; did you mean '${near.candidate}'?` : ''
}

const MAX_COMPARED = 40

/** Levenshtein's distance. */
function editDistance(one: string, other: string): number {
  const target = other.slice(0, MAX_COMPARED).split('')
  let row = Array.from({ length: target.length + 1 }, (_, index) => index)
  for (const [index, character] of one.slice(0, MAX_COMPARED).split('').entries()) {
    let diagonal = index
    let left = index + 1
    const next = [left]
    for (const [column, expected] of target.entries()) {
      const above = row[column + 1] ?? 0
      left = Math.min(left + 1, above + 1, diagonal + (character === expected ? 0 : 1))
      next.push(left)
      diagonal = above
    }
    row = next
  }
  return row.at(-1) ?? 0
}
