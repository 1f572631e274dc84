import { isJsonObject, type JsonObject } from '@gateway/core'
import * as z from 'zod/mini'
import { schema } from './shape/schema.ts'

/** The schema for editors: as `gateway.config.json` and `.yaml` are written, so any single value may be an environment reference. */
export function toJsonSchema(): JsonObject {
  const { $schema, ...root } = asJson(z.toJSONSchema(schema, { io: 'input', target: 'draft-07' }))
  return {
    $schema,
    title: 'Gateway configuration',
    ...fieldsOf(root, withReferences),
    definitions: { environmentReference: ENVIRONMENT_REFERENCE },
  }
}

const ENVIRONMENT_REFERENCE = {
  description: 'The value of an environment variable.',
  type: 'object',
  properties: { env: { type: 'string' }, default: { type: ['string', 'number', 'boolean'] } },
  required: ['env'],
  additionalProperties: false,
} as const

const REFERENCE = { $ref: '#/definitions/environmentReference' } as const

function withReferences(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withReferences)
  if (!isJsonObject(node)) return node
  if (typeof node['type'] === 'string' && SCALARS.has(node['type'])) return orReference(node)
  return fieldsOf(node, withReferences)
}

function orReference({ description, ...value }: JsonObject): JsonObject {
  return { ...(description === undefined ? {} : { description }), anyOf: [value, REFERENCE] }
}

const SCALARS: ReadonlySet<string> = new Set(['string', 'number', 'integer', 'boolean'])

/** Names of fields and the address of this schema are no values that a variable could hold. */
const NO_VALUES: ReadonlySet<string> = new Set(['propertyNames', '$schema'])

function fieldsOf(node: JsonObject, change: (value: unknown) => unknown): JsonObject {
  return asJson(Object.fromEntries(Object.entries(node).map(([key, value]) => [key, NO_VALUES.has(key) ? value : change(value)])))
}

function asJson(value: unknown): JsonObject {
  const json: unknown = JSON.parse(JSON.stringify(value))
  return isJsonObject(json) ? json : {}
}
