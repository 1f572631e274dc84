import * as z from 'zod/mini'
import type { Path } from './tree.ts'

/** The keys that a schema knows at a path, to suggest one of them; none where it takes any. */
export function keysAt(schema: unknown, path: Path): readonly string[] {
  if (schema instanceof z.ZodMiniExactOptional) return keysAt(schema.def.innerType, path)
  if (schema instanceof z.ZodMiniUnion) return schema.def.options.flatMap((option) => keysAt(option, path))
  const [key, ...rest] = path
  if (schema instanceof z.ZodMiniObject) return key === undefined ? Object.keys(schema.shape) : keysAt(schema.shape[key], rest)
  if (key === undefined) return []
  if (schema instanceof z.ZodMiniRecord) return keysAt(schema.def.valueType, rest)
  return schema instanceof z.ZodMiniArray ? keysAt(schema.def.element, rest) : []
}
