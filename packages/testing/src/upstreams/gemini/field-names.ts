/** What a client puts in is its own: names in it stay as they are. */
const OPAQUE = new Set([
  'args',
  'response',
  'parameters',
  'parametersJsonSchema',
  'responseSchema',
  'responseJsonSchema',
  '_responseJsonSchema',
])

/** Google reads every field under both of its names, `thought_signature` and `thoughtSignature`: the second one, all the way down. */
export function inCamelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inCamelCase)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, field]): [string, unknown] => {
      const known = name === 'x_simulate' ? name : name.replaceAll(/(?<=\w)_([a-z])/g, (_, letter: string) => letter.toUpperCase())
      return [known, OPAQUE.has(known) ? field : inCamelCase(field)]
    }),
  )
}
