import { isJsonObject } from '@gateway/core'
import type { Json, JsonObject, ResponseFormat, Tool, ToolChoice } from '@gateway/core'
import { compact } from '../compact.ts'
import { isJsonArray, objectOf, objectsOf, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { ownExtras } from './extras.ts'
import { PROTOCOL } from './wire.ts'

/** Undefined where the client speaks of no tools. Custom tools and the vendor's own are opaque. */
export function readTools(tools: Json | undefined): readonly Tool[] | undefined {
  return isJsonArray(tools) ? objectsOf(tools).map(readTool) : undefined
}

export function writeTools(tools: readonly Tool[], translation: Translation): readonly JsonObject[] {
  return tools.flatMap((tool) => writeTool(tool, translation))
}

/** Undefined where the client left it to the server. */
export function readToolChoice(choice: Json | undefined): ToolChoice | undefined {
  if (choice === undefined || choice === null) return undefined
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { type: choice }
  const object = objectOf(choice)
  const name = stringOf(object.name)
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
      return { type: 'function', name: choice.name }
    case 'opaque':
      if (choice.protocol === PROTOCOL) return choice.value
      translation.drop('tool_choice')
      return undefined
  }
}

/** Undefined for a form that the language has no word for, which is to ride along. */
export function readResponseFormat(format: Json | undefined): ResponseFormat | undefined {
  const object = objectOf(format)
  if (object.type === 'text') return { type: 'text' }
  if (object.type === 'json_object' && Object.keys(object).length === 1) return { type: 'json' }
  const name = stringOf(object.name)
  if (object.type !== 'json_schema' || name === undefined || restOf(object, SCHEMA_FIELDS) !== undefined) return undefined
  return compact({
    type: 'json-schema',
    name,
    schema: isJsonObject(object.schema) ? object.schema : undefined,
    strict: typeof object.strict === 'boolean' ? object.strict : undefined,
    description: stringOf(object.description),
  })
}

/** Who does not say whether a schema is strict means that it is not, everywhere but here. */
export function writeResponseFormat(format: ResponseFormat | undefined): JsonObject | undefined {
  if (format === undefined) return undefined
  switch (format.type) {
    case 'text':
      return { type: 'text' }
    case 'json':
      return { type: 'json_object' }
    case 'json-schema':
      return { ...format, type: 'json_schema', strict: format.strict ?? false }
  }
}

const SCHEMA_FIELDS: ReadonlySet<string> = new Set(['type', 'name', 'schema', 'strict', 'description'])
const FUNCTION_FIELDS: ReadonlySet<string> = new Set(['type', 'name', 'description', 'parameters', 'strict'])

function readTool(tool: JsonObject): Tool {
  const name = stringOf(tool.name)
  if (tool.type !== 'function' || name === undefined) return { type: 'opaque', protocol: PROTOCOL, value: tool }
  return compact({
    type: 'function',
    name,
    description: stringOf(tool.description),
    parameters: isJsonObject(tool.parameters) ? tool.parameters : undefined,
    strict: typeof tool.strict === 'boolean' ? tool.strict : undefined,
    extras: ownExtras(restOf(tool, FUNCTION_FIELDS)),
  })
}

function writeTool(tool: Tool, translation: Translation): readonly JsonObject[] {
  if (tool.type === 'opaque') {
    if (tool.protocol === PROTOCOL) return [tool.value]
    translation.drop(`tools.${stringOf(tool.value.type) ?? tool.protocol}`)
    return []
  }
  const { name, description, parameters, strict } = tool
  // The vendor takes a tool for strict where nothing is said, which other protocols do not.
  const wire = { type: 'function', name, description, parameters: parameters ?? null, strict: strict ?? false }
  return [compact({ ...wire, ...translation.ownExtras(tool.extras) })]
}
