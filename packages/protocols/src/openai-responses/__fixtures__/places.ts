/** A way into a JSON value: the keys and indices of its steps. */
export type Place = readonly (string | number)[]

/** Every place in a value but the value itself, the outer before the inner ones. */
export function placesIn(value: unknown, place: Place = []): readonly Place[] {
  if (typeof value !== 'object' || value === null) return place.length === 0 ? [] : [place]
  const inner = Object.entries(value).flatMap(([key, member]) => placesIn(member, [...place, Array.isArray(value) ? Number(key) : key]))
  return place.length === 0 ? inner : [place, ...inner]
}

/** A copy of the value with something else in one place. */
export function replaced(value: unknown, [step, ...rest]: Place, by: unknown): unknown {
  if (step === undefined) return by
  if (Array.isArray(value)) return value.map((member: unknown, index) => (index === step ? replaced(member, rest, by) : member))
  return { ...Object(value), [step]: replaced(Reflect.get(Object(value), step), rest, by) }
}
