import { isJsonObject } from '@gateway/core'
import type { Json, JsonObject, Tool, ToolChoice } from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { arrayOf, isJsonArray, objectOf, objectsOf, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { ownExtras } from './extras.ts'
import { camelFields } from './field-names.ts'
import { toJsonSchema } from './schema.ts'
import { PROTOCOL } from './wire.ts'

/** One tool of Google's may declare many functions and be several vendor tools at once: each becomes a tool of its own. */
export function readTools(tools: Json | undefined): readonly Tool[] | undefined {
  if (!isJsonArray(tools)) return undefined
  return objectsOf(tools).flatMap((tool, index) => readTool(camelFields(tool), `tools[${index}]`))
}

/** All functions in one tool, since Google takes several tools only where they search. */
export function writeTools(tools: readonly Tool[], translation: Translation): readonly JsonObject[] {
  const functionDeclarations = tools.flatMap((tool) => (tool.type === 'function' ? [writeDeclaration(tool, translation)] : []))
  const others = tools.flatMap((tool) => (tool.type === 'opaque' ? writeVendorTool(tool, translation) : []))
  return functionDeclarations.length === 0 ? others : [{ functionDeclarations }, ...others]
}

/** What a `functionCallingConfig` asks for; undefined where it leaves the choice to the vendor. */
export function readToolChoice(config: Json | undefined): ToolChoice | undefined {
  if (!isJsonObject(config)) return undefined
  const { mode, allowedFunctionNames } = camelFields(config)
  const names = arrayOf(allowedFunctionNames)
  const [only] = names
  if (mode === 'ANY' && names.length === 1 && typeof only === 'string') return { type: 'function', name: only }
  const type = names.length === 0 ? MODES.get(stringOf(mode) ?? '') : undefined
  return type === undefined ? { type: 'opaque', protocol: PROTOCOL, value: config } : { type }
}

/** Undefined where the choice is another protocol's own, which is reported. */
export function writeToolChoice(choice: ToolChoice | undefined, translation: Translation): Json | undefined {
  if (choice === undefined) return undefined
  switch (choice.type) {
    case 'auto':
      return { mode: 'AUTO' }
    case 'none':
      return { mode: 'NONE' }
    case 'required':
      return { mode: 'ANY' }
    case 'function':
      return { mode: 'ANY', allowedFunctionNames: [choice.name] }
    case 'opaque':
      if (choice.protocol === PROTOCOL) return choice.value
      translation.drop('tool_choice')
      return undefined
  }
}

type FunctionTool = Extract<Tool, { type: 'function' }>
type VendorTool = Extract<Tool, { type: 'opaque' }>

const MODES: ReadonlyMap<string, 'auto' | 'none' | 'required'> = new Map([
  ['AUTO', 'auto'],
  ['NONE', 'none'],
  ['ANY', 'required'],
])

const DECLARATION_FIELDS: ReadonlySet<string> = new Set(['name', 'description', 'parameters', 'parametersJsonSchema'])

function readTool(tool: JsonObject, path: string): readonly Tool[] {
  const { functionDeclarations, ...vendor } = tool
  if (functionDeclarations != null && !isJsonArray(functionDeclarations)) {
    throw invalidField(`${path}.functionDeclarations`, 'an array', functionDeclarations)
  }
  const functions = arrayOf(functionDeclarations).map((declaration, index) =>
    readDeclaration(declaration, `${path}.functionDeclarations[${index}]`),
  )
  const others = Object.entries(vendor).filter(([, value]) => value !== null && value !== undefined)
  return [...functions, ...others.map(([name, value]) => ({ type: 'opaque', protocol: PROTOCOL, value: { [name]: value } }) as const)]
}

function readDeclaration(wire: Json, path: string): FunctionTool {
  if (!isJsonObject(wire)) throw invalidField(path, 'an object', wire)
  const declaration = camelFields(wire)
  if (typeof declaration.name !== 'string') throw invalidField(`${path}.name`, 'a string', declaration.name)
  return compact({
    type: 'function',
    name: declaration.name,
    description: stringOf(declaration.description),
    parameters: readParameters(declaration, path),
    extras: ownExtras(restOf(declaration, DECLARATION_FIELDS)),
  })
}

function readParameters({ parameters, parametersJsonSchema }: JsonObject, path: string): JsonObject | undefined {
  if (isJsonObject(parametersJsonSchema)) return parametersJsonSchema
  if (parametersJsonSchema != null) throw invalidField(`${path}.parametersJsonSchema`, 'an object', parametersJsonSchema)
  if (isJsonObject(parameters)) return toJsonSchema(parameters)
  if (parameters != null) throw invalidField(`${path}.parameters`, 'an object', parameters)
  return undefined
}

/** As JSON Schema, so that nothing of it is lost. */
function writeDeclaration(tool: FunctionTool, translation: Translation): JsonObject {
  if (tool.strict === true) translation.drop('tools.strict')
  const { name, description, parameters } = tool
  return { ...compact({ name, description, parametersJsonSchema: parameters }), ...objectOf(translation.ownExtras(tool.extras)) }
}

function writeVendorTool(tool: VendorTool, translation: Translation): readonly JsonObject[] {
  if (tool.protocol === PROTOCOL) return [tool.value]
  translation.drop(`tools.${stringOf(tool.value.type) ?? tool.protocol}`)
  return []
}
