import { isJsonObject } from '@gateway/core'
import type { ChatRequest, Json, JsonObject, Tool, ToolChoice } from '@gateway/core'
import { compact } from '../compact.ts'
import { objectOf, objectsOf, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { ownExtras } from './extras.ts'
import { PROTOCOL } from './wire.ts'

/** Tools as OpenAI has them, or flat, as Workers AI had them first. */
export function readTools(tools: Json | undefined): readonly Tool[] {
  return objectsOf(tools).map(readTool)
}

/** Undefined where the client left it to the model. */
export function readToolChoice(choice: Json | undefined): ToolChoice | undefined {
  if (choice === undefined || choice === null) return undefined
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { type: choice }
  const object = objectOf(choice)
  const name = stringOf(objectOf(object.function).name)
  const isPlain = object.type === 'function' && Object.keys(object).length === 2
  return isPlain && name !== undefined ? { type: 'function', name } : { type: 'opaque', protocol: PROTOCOL, value: choice }
}

/** `tools` and `tool_choice`. The first models cannot be told which tool to use: they are shown that one, and have to use what they are shown. */
export function writeToolFields({ tools, toolChoice }: ChatRequest, isOld: boolean, translation: Translation): JsonObject {
  const named = isOld && toolChoice?.type === 'function' ? toolChoice.name : undefined
  if (named === undefined) {
    return compact({
      tools: tools?.flatMap((tool) => writeTool(tool, isOld, translation)),
      tool_choice: writeToolChoice(toolChoice, translation),
    })
  }
  translation.change('emulated', 'tool_choice')
  const shown = tools?.filter((tool) => tool.type === 'function' && tool.name === named)
  return compact({ tools: shown?.flatMap((tool) => writeTool(tool, isOld, translation)), tool_choice: 'required' })
}

const FUNCTION_FIELDS: ReadonlySet<string> = new Set(['name', 'description', 'parameters', 'strict'])
const TOOL_FIELDS: ReadonlySet<string> = new Set(['type', 'function'])

function readTool(tool: JsonObject): Tool {
  if (tool.type === undefined && typeof tool.name === 'string') return readFunction(tool, {})
  if (tool.type !== 'function' || typeof objectOf(tool.function).name !== 'string') {
    return { type: 'opaque', protocol: PROTOCOL, value: tool }
  }
  return readFunction(objectOf(tool.function), restOf(tool, TOOL_FIELDS))
}

function readFunction(wire: JsonObject, toolRest: JsonObject | undefined): Tool {
  const functionRest = restOf(wire, FUNCTION_FIELDS)
  return compact({
    type: 'function',
    name: stringOf(wire.name) ?? '',
    description: stringOf(wire.description),
    parameters: isJsonObject(wire.parameters) ? wire.parameters : undefined,
    strict: typeof wire.strict === 'boolean' ? wire.strict : undefined,
    extras: ownExtras({ ...toolRest, ...(functionRest && { function: functionRest }) }),
  })
}

/** The first models are behind a schema that wants a description and parameters of every tool. */
function writeTool(tool: Tool, isOld: boolean, translation: Translation): readonly JsonObject[] {
  if (tool.type === 'opaque') {
    if (tool.protocol === PROTOCOL) return [tool.value]
    translation.drop(`tools.${stringOf(tool.value.type) ?? tool.protocol}`)
    return []
  }
  const { name, description, parameters, strict } = tool
  const { function: functionRest, ...toolRest } = translation.ownExtras(tool.extras)
  if (isOld && strict === true) translation.drop('tools.strict')
  const wire = isOld
    ? { name, description: description ?? '', parameters: parameters ?? NO_PARAMETERS }
    : compact({ name, description, parameters, strict })
  return [{ type: 'function', function: { ...wire, ...objectOf(functionRest) }, ...toolRest }]
}

const NO_PARAMETERS: JsonObject = { type: 'object', properties: {} }

/** Undefined where the choice is another protocol's own, which is reported. */
function writeToolChoice(choice: ToolChoice | undefined, translation: Translation): Json | undefined {
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
