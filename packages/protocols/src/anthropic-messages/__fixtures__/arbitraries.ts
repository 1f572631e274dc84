import fc from 'fast-check'

type Arbitraries<T> = { [Key in keyof T]: fc.Arbitrary<T[Key]> }

/** A record whose second half may be absent. */
export function optional<Needed, Optional>(needed: Arbitraries<Needed>, others: Arbitraries<Optional>) {
  const some = fc.record<Optional, never>(others, { requiredKeys: [], noNullPrototype: true })
  return fc.tuple(fc.record<Needed>(needed, { noNullPrototype: true }), some).map(([first, second]) => ({ ...first, ...second }))
}

/** One to three. */
export function several<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(arbitrary, { minLength: 1, maxLength: 3 })
}

export const word: fc.Arbitrary<string> = fc.string({ minLength: 1 })
export const name: fc.Arbitrary<string> = fc.stringMatching(/^[\w-]{1,12}$/)
/** JSON text of an object as JSON.stringify writes it. */
export const argumentsText: fc.Arbitrary<string> = fc
  .dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true })
  .map((input) => JSON.stringify(input))
