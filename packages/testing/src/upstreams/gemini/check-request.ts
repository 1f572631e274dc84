import { parseJson } from '../prompt.ts'
import { checkCalls } from './check-calls.ts'
import { contentRequest, functionsOf } from './content-request.ts'
import type { ContentRequest } from './content-request.ts'
import { inCamelCase } from './field-names.ts'

/** A request that the vendor would take, or the sentence of its 400. */
export type Checked = { readonly request: ContentRequest } | { readonly wrong: string }

/** Refuses in the vendor's words what the vendor refuses. */
export function checkRequest(body: string, model: string): Checked {
  const value = inCamelCase(parseJson(body))
  if (typeof value !== 'object' || value === null) return { wrong: 'Invalid JSON payload received. Unexpected token.' }
  const stranger = checkNames(value)
  if (stranger !== null) return { wrong: stranger }
  const parsed = contentRequest.safeParse({ contents: [], ...value })
  if (!parsed.success) return { wrong: `Invalid value at '${parsed.error.issues[0]?.path.join('.')}'` }
  const request = parsed.data
  if (request.contents.length === 0) return { wrong: '* GenerateContentRequest.contents: contents is not specified\n' }
  const wrong = checkParts(request) ?? checkSchemas(request) ?? checkCalls(request, model)
  return wrong === null ? { request } : { wrong }
}

const FIELDS = new Set([
  'model',
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'safetySettings',
  'generationConfig',
  'cachedContent',
  'serviceTier',
  'store',
  'x_simulate',
])

function checkNames(value: object): string | null {
  const stranger = Object.keys(value).find((name) => !FIELDS.has(name))
  return stranger === undefined ? null : unknownName(stranger)
}

function unknownName(name: string, place?: string): string {
  return `Invalid JSON payload received. Unknown name "${name}"${place === undefined ? '' : ` at '${place}'`}: Cannot find field.`
}

const DATA = ['text', 'functionCall', 'functionResponse', 'inlineData', 'fileData', 'executableCode', 'codeExecutionResult'] as const

/** A part without data is refused; a signature alone is data enough. */
function checkParts(request: ContentRequest): string | null {
  for (const [index, entry] of request.contents.entries()) {
    const empty = (entry.parts ?? []).findIndex((part) => !DATA.some((name) => name in part) && part.thoughtSignature === undefined)
    if (empty >= 0) {
      return `* GenerateContentRequest.contents[${index}].parts[${empty}].data: required oneof field 'data' must have one initialized field\n`
    }
    if ((entry.parts ?? []).length === 0) return `* GenerateContentRequest.contents[${index}].parts: contents.parts must not be empty.\n`
  }
  return null
}

/** Google's own kind of schema has neither `const` nor `$schema` nor lists of types; `parametersJsonSchema` may have all of them. */
function checkSchemas(request: ContentRequest): string | null {
  const declared = functionsOf(request).map(({ parameters }, index) => ({
    schema: parameters,
    place: `tools[0].function_declarations[${index}].parameters`,
  }))
  const ofAnswer = { schema: request.generationConfig?.responseSchema, place: 'generation_config.response_schema' }
  const sentences = [...declared, ofAnswer].map(({ schema, place }) => checkSchema(schema, place))
  return sentences.find((sentence) => sentence !== null) ?? null
}

function checkSchema(schema: unknown, place: string): string | null {
  if (typeof schema !== 'object' || schema === null) return null
  const fields = Object.entries(schema)
  const stranger = fields.find(([name]) => name === 'const' || name === '$schema')
  if (stranger !== undefined) return unknownName(stranger[0], place)
  const isListed = fields.some(([name, value]) => name === 'type' && Array.isArray(value))
  if (isListed) return `Invalid JSON payload received. Unknown name "type" at '${place}': Proto field is not repeating, cannot start list.`
  const inner = fields.map(([name, value]) =>
    name === 'properties' ? checkProperties(value, place) : checkSchema(value, `${place}.${name}`),
  )
  return inner.find((sentence) => sentence !== null) ?? null
}

/** Here the names are the client's own. */
function checkProperties(properties: unknown, place: string): string | null {
  if (typeof properties !== 'object' || properties === null) return null
  const values: readonly unknown[] = Object.values(properties)
  const sentences = values.map((schema, index) => checkSchema(schema, `${place}.properties[${index}].value`))
  return sentences.find((sentence) => sentence !== null) ?? null
}
