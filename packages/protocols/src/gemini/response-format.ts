import { isJsonObject } from '@gateway/core'
import type { JsonObject, ResponseFormat } from '@gateway/core'
import { stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { toJsonSchema } from './schema.ts'

export interface ReadFormat {
  readonly format: ResponseFormat | undefined
  /** The fields that this covers; others ride along. */
  readonly taken: readonly string[]
}

/** What a `generationConfig` says of the answer's form. An enum in plain text (`text/x.enum`) has no word in the language. */
export function readResponseFormat(config: JsonObject): ReadFormat {
  const schema = SCHEMA_FIELDS.find((field) => isJsonObject(config[field]))
  if (config.responseMimeType === JSON_TYPE) {
    if (schema === undefined) return { format: { type: 'json' }, taken: [TYPE_FIELD] }
    return { format: readSchema(config, schema), taken: [TYPE_FIELD, schema] }
  }
  const isText = config.responseMimeType === TEXT_TYPE && schema === undefined
  return isText ? { format: { type: 'text' }, taken: [TYPE_FIELD] } : { format: undefined, taken: [] }
}

/** As JSON Schema, so that nothing of it is lost. Google always holds the answer to it, and has no name for it. */
export function writeResponseFormat(format: ResponseFormat | undefined, translation: Translation): JsonObject {
  if (format === undefined) return {}
  switch (format.type) {
    case 'text':
      return { responseMimeType: TEXT_TYPE }
    case 'json':
      return { responseMimeType: JSON_TYPE }
    case 'json-schema':
      if (format.description !== undefined) translation.drop('response_format.description')
      return { responseMimeType: JSON_TYPE, ...(format.schema && { responseJsonSchema: format.schema }) }
  }
}

const TYPE_FIELD = 'responseMimeType'
const JSON_TYPE = 'application/json'
const TEXT_TYPE = 'text/plain'

/** The second is what Google's clients sent before the first had its name. */
const SCHEMA_FIELDS = ['responseJsonSchema', '_responseJsonSchema', 'responseSchema'] as const

function readSchema(config: JsonObject, field: (typeof SCHEMA_FIELDS)[number]): ResponseFormat {
  const found = config[field]
  const wire = isJsonObject(found) ? found : {}
  const schema = field === 'responseSchema' ? toJsonSchema(wire) : wire
  // OpenAI's clients insist on a name, of these letters only.
  const title = (stringOf(schema.title) ?? '').replaceAll(/[^\w-]+/g, '_').slice(0, 64)
  return { type: 'json-schema', name: title || 'response', schema }
}
