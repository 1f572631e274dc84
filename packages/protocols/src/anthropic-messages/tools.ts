import { isJsonObject } from '@gateway/core'
import type { ChatRequest, Json, JsonObject, Tool, ToolChoice } from '@gateway/core'
import { compact } from '../compact.ts'
import { objectsOf, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { ownExtras } from './blocks.ts'
import { PROTOCOL } from './wire.ts'

export function readTools(tools: Json | undefined): readonly Tool[] {
  return objectsOf(tools).map(readTool)
}

export function writeTools(tools: readonly Tool[], translation: Translation): readonly JsonObject[] {
  return tools.flatMap((tool) => writeTool(tool, translation))
}

type Choice = Pick<ChatRequest, 'toolChoice' | 'parallelToolCalls'>

/** Which tool is to be used, and whether several at once, which this protocol says in one place. */
export function readToolChoice(choice: Json | undefined): { -readonly [Key in keyof Choice]?: Choice[Key] | undefined } {
  if (!isJsonObject(choice)) return {}
  const known = readKnownChoice(choice)
  if (known === null) return { toolChoice: { type: 'opaque', protocol: PROTOCOL, value: choice } }
  const isSerial = choice.disable_parallel_tool_use
  return { toolChoice: known, parallelToolCalls: typeof isSerial === 'boolean' ? !isSerial : undefined }
}

/** Undefined where there is nothing to choose from, which the vendor rejects, or where the client left it to the vendor. */
export function writeToolChoice(request: Choice, tools: readonly JsonObject[] | undefined, translation: Translation): Json | undefined {
  const isParallel = request.parallelToolCalls
  const choice = request.toolChoice ?? (isParallel === false ? AUTO : undefined)
  if (choice === undefined) return undefined
  if (tools === undefined || tools.length === 0) {
    if (choice.type !== 'auto' && choice.type !== 'none') translation.drop('tool_choice')
    return undefined
  }
  const written = writeChoice(choice, translation)
  const isSilent = written === undefined || isParallel === undefined || choice.type === 'none' || choice.type === 'opaque'
  return isSilent ? written : { ...written, disable_parallel_tool_use: !isParallel }
}

const AUTO = { type: 'auto' } as const

function writeChoice(choice: ToolChoice, translation: Translation): JsonObject | undefined {
  switch (choice.type) {
    case 'auto':
    case 'none':
      return { type: choice.type }
    case 'required':
      return { type: 'any' }
    case 'function':
      return { type: 'tool', name: choice.name }
    case 'opaque':
      if (choice.protocol === PROTOCOL && isJsonObject(choice.value)) return choice.value
      translation.drop('tool_choice')
      return undefined
  }
}

const TOOL_FIELDS: ReadonlySet<string> = new Set(['name', 'description', 'input_schema', 'strict'])
const CHOICE_FIELDS: ReadonlySet<string> = new Set(['type', 'name', 'disable_parallel_tool_use'])

function readKnownChoice(choice: JsonObject): ToolChoice | null {
  const name = stringOf(choice.name)
  if (restOf(choice, CHOICE_FIELDS) !== undefined) return null
  if (choice.type === 'tool' && name !== undefined) return { type: 'function', name }
  if (choice.type === 'any') return { type: 'required' }
  return choice.type === 'auto' || choice.type === 'none' ? { type: choice.type } : null
}

/** A tool of the client's own has no type, null or `custom`; all others are the vendor's. */
function readTool(tool: JsonObject): Tool {
  const name = stringOf(tool.name)
  const isClients = tool.type == null || tool.type === 'custom'
  if (!isClients || name === undefined) return { type: 'opaque', protocol: PROTOCOL, value: tool }
  return compact({
    type: 'function',
    name,
    description: stringOf(tool.description),
    parameters: isJsonObject(tool.input_schema) ? tool.input_schema : undefined,
    strict: typeof tool.strict === 'boolean' ? tool.strict : undefined,
    extras: ownExtras(restOf(tool, TOOL_FIELDS)),
  })
}

function writeTool(tool: Tool, translation: Translation): readonly JsonObject[] {
  if (tool.type === 'opaque') {
    if (tool.protocol === PROTOCOL) return [tool.value]
    translation.drop(`tools.${stringOf(tool.value.type) ?? tool.protocol}`)
    return []
  }
  const { name, description, parameters, strict } = tool
  return [compact({ name, description, input_schema: objectSchema(parameters), strict, ...translation.ownExtras(tool.extras) })]
}

/** The vendor wants a schema, and one of an object. */
function objectSchema(parameters: JsonObject | undefined): JsonObject {
  return parameters?.type === undefined ? { type: 'object', ...(parameters ?? { properties: {} }) } : parameters
}
