import { isJsonObject } from '@gateway/core'
import type { Json, JsonObject, Tool } from '@gateway/core'
import { compact } from '../compact.ts'
import { objectOf, objectsOf, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { ownExtras } from './extras.ts'
import { PROTOCOL } from './wire.ts'

export function readTools(tools: Json | undefined): readonly Tool[] {
  return objectsOf(tools).map(readTool)
}

export function writeTools(tools: readonly Tool[], translation: Translation): readonly JsonObject[] {
  return tools.flatMap((tool) => writeTool(tool, translation))
}

const FUNCTION_FIELDS: ReadonlySet<string> = new Set(['name', 'description', 'parameters'])
const TOOL_FIELDS: ReadonlySet<string> = new Set(['type', 'function'])

function readTool(tool: JsonObject): Tool {
  const wire = objectOf(tool.function)
  const name = stringOf(wire.name)
  if (tool.type !== 'function' || name === undefined) return { type: 'opaque', protocol: PROTOCOL, value: tool }
  const functionRest = restOf(wire, FUNCTION_FIELDS)
  return compact({
    type: 'function',
    name,
    description: stringOf(wire.description),
    parameters: isJsonObject(wire.parameters) ? wire.parameters : undefined,
    extras: ownExtras({ ...restOf(tool, TOOL_FIELDS), ...(functionRest && { function: functionRest }) }),
  })
}

function writeTool(tool: Tool, translation: Translation): readonly JsonObject[] {
  if (tool.type === 'opaque') {
    if (tool.protocol === PROTOCOL) return [tool.value]
    translation.drop(`tools.${stringOf(tool.value.type) ?? tool.protocol}`)
    return []
  }
  if (tool.strict === true) translation.drop('tools.strict')
  const { name, description, parameters } = tool
  const { function: functionRest, ...toolRest } = translation.ownExtras(tool.extras)
  return [{ type: 'function', function: compact({ name, description, parameters, ...objectOf(functionRest) }), ...toolRest }]
}
