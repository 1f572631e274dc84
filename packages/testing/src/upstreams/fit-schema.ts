import * as z from 'zod/mini'

/**
 * A value that fits a simple JSON Schema: every property present, arrays of one, the first of each choice.
 * Knows `const`, `enum`, `anyOf`, `oneOf`, `allOf`'s first, `$ref` into `#/$defs`, and the seven types; ignores bounds and patterns.
 */
export function fitSchema(schema: unknown): unknown {
  return fit(schema, { root: schema, depth: 0 })
}

const node = z.looseObject({
  type: z.optional(z.union([z.string(), z.array(z.string())])),
  properties: z.optional(z.record(z.string(), z.unknown())),
  items: z.optional(z.unknown()),
  enum: z.optional(z.array(z.unknown())),
  const: z.optional(z.unknown()),
  anyOf: z.optional(z.array(z.unknown())),
  oneOf: z.optional(z.array(z.unknown())),
  allOf: z.optional(z.array(z.unknown())),
  $ref: z.optional(z.string()),
})

type Node = z.infer<typeof node>

interface Place {
  readonly root: unknown
  readonly depth: number
}

/** A schema that refers to itself stops here. */
const MAX_DEPTH = 8

function fit(schema: unknown, place: Place): unknown {
  const parsed = node.safeParse(schema)
  if (!parsed.success || place.depth > MAX_DEPTH) return null
  const deeper = { root: place.root, depth: place.depth + 1 }
  const { data } = parsed
  if (data.$ref !== undefined) return fit(definition(data.$ref, place.root), deeper)
  if ('const' in data) return data.const
  if (data.enum !== undefined) return data.enum[0]
  const choice = (data.anyOf ?? data.oneOf ?? data.allOf)?.[0]
  if (choice !== undefined) return fit(choice, deeper)
  return fitType(data, deeper)
}

function fitType(data: Node, place: Place): unknown {
  const type = typeof data.type === 'string' ? data.type : (data.type?.[0] ?? (data.properties === undefined ? 'string' : 'object'))
  // Google writes its types in capitals.
  switch (type.toLowerCase()) {
    case 'object':
      return Object.fromEntries(Object.entries(data.properties ?? {}).map(([name, value]) => [name, fit(value, place)]))
    case 'array':
      return [fit(data.items, place)]
    case 'integer':
    case 'number':
      return 1
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return 'simulated'
  }
}

const definitions = z.looseObject({ $defs: z.optional(z.record(z.string(), z.unknown())) })

function definition(reference: string, root: unknown): unknown {
  if (reference === '#') return root
  const parsed = definitions.safeParse(root)
  return parsed.success ? parsed.data.$defs?.[reference.replace('#/$defs/', '')] : undefined
}
