import { isJsonObject } from '@gateway/core'
import type { Json, JsonObject, ResponseFormat, Tool, ToolChoice } from '@gateway/core'
import { compact } from '../compact.ts'
import { objectOf, objectsOf, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { ownExtras } from './parts.ts'
import { PROTOCOL } from './wire.ts'

export function readTools(tools: Json | undefined): readonly Tool[] {
  return objectsOf(tools).map(readTool)
}

export function writeTools(tools: readonly Tool[], translation: Translation): readonly JsonObject[] {
  return tools.flatMap((tool) => writeTool(tool, translation))
}

/** Undefined where the client left it to the server. */
export function readToolChoice(choice: Json | undefined): ToolChoice | undefined {
  if (choice === undefined || choice === null) return undefined
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { type: choice }
  const object = objectOf(choice)
  const name = stringOf(objectOf(object.function).name)
  const isPlain = object.type === 'function' && Object.keys(object).length === 2
  return isPlain && name !== undefined ? { type: 'function', name } : { type: 'opaque', protocol: PROTOCOL, value: choice }
}

/** Undefined where the choice is another protocol's own, which is reported. */
export function writeToolChoice(choice: ToolChoice | undefined, translation: Translation): Json | undefined {
  if (choice === undefined) return undefined
  switch (choice.type) {
    case 'auto':
    case 'none':
    case 'required':
      return choice.type
    case 'function':
      return { type: 'function', function: { name: choice.name } }
    case 'opaque':
      if (choice.protocol === PROTOCOL) return choice.value
      translation.drop('tool_choice')
      return undefined
  }
}

/** Undefined for a form that the language has no word for (a grammar, a regular expression), which is to ride along. */
export function readResponseFormat(format: Json | undefined): ResponseFormat | undefined {
  const object = objectOf(format)
  if (object.type === 'text') return { type: 'text' }
  if (object.type === 'json_object' && Object.keys(object).length === 1) return { type: 'json' }
  const schema = object.type === 'json_schema' ? objectOf(object.json_schema) : {}
  const name = stringOf(schema.name)
  if (name === undefined || restOf(schema, SCHEMA_FIELDS) !== undefined) return undefined
  return compact({
    type: 'json-schema',
    name,
    schema: isJsonObject(schema.schema) ? schema.schema : undefined,
    strict: typeof schema.strict === 'boolean' ? schema.strict : undefined,
    description: stringOf(schema.description),
  })
}

export function writeResponseFormat(format: ResponseFormat | undefined): JsonObject | undefined {
  if (format === undefined) return undefined
  switch (format.type) {
    case 'text':
      return { type: 'text' }
    case 'json':
      return { type: 'json_object' }
    case 'json-schema': {
      const { type: _, ...schema } = format
      return { type: 'json_schema', json_schema: schema }
    }
  }
}

const SCHEMA_FIELDS: ReadonlySet<string> = new Set(['name', 'schema', 'strict', 'description'])
const FUNCTION_FIELDS: ReadonlySet<string> = new Set(['name', 'description', 'parameters', 'strict'])
const TOOL_FIELDS: ReadonlySet<string> = new Set(['type', 'function'])

function readTool(tool: JsonObject): Tool {
  const wire = objectOf(tool.function)
  const name = stringOf(wire.name)
  if (tool.type !== 'function' || name === undefined) return { type: 'opaque', protocol: PROTOCOL, value: tool }
  const toolRest = restOf(tool, TOOL_FIELDS)
  const functionRest = restOf(wire, FUNCTION_FIELDS)
  const hasExtras = toolRest !== undefined || functionRest !== undefined
  return compact({
    type: 'function',
    name,
    description: stringOf(wire.description),
    parameters: isJsonObject(wire.parameters) ? wire.parameters : undefined,
    strict: typeof wire.strict === 'boolean' ? wire.strict : undefined,
    extras: hasExtras ? ownExtras({ ...toolRest, ...(functionRest && { function: functionRest }) }) : undefined,
  })
}

function writeTool(tool: Tool, translation: Translation): readonly JsonObject[] {
  if (tool.type === 'opaque') {
    if (tool.protocol === PROTOCOL) return [tool.value]
    translation.drop(`tools.${stringOf(tool.value.type) ?? tool.protocol}`)
    return []
  }
  const { name, description, parameters, strict } = tool
  const { function: functionRest, ...toolRest } = translation.ownExtras(tool.extras)
  return [{ type: 'function', function: compact({ name, description, parameters, strict, ...objectOf(functionRest) }), ...toolRest }]
}
