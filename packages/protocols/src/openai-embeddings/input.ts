import type { EmbeddingsInput, Json } from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { isJsonArray } from '../json-fields.ts'

/** A text, the tokens of one, or an array of either. Throws `GatewayError('invalid-request')`. */
export function readInputs(input: Json | undefined): readonly EmbeddingsInput[] {
  if (typeof input === 'string') return [input]
  if (!isJsonArray(input)) throw invalidField('input', 'a string, an array of strings, of tokens, or of arrays of tokens', input)
  if (input.length === 0) throw invalidField('input', 'at least one text', input)
  if (typeof input[0] === 'number') return [readTokens(input, 'input')]
  return input.map((element, index) => readElement(element, `input[${index}]`))
}

/** One text stands alone, since every server understands that. */
export function writeInputs(inputs: readonly EmbeddingsInput[]): Json {
  const [only, ...others] = inputs
  return only === undefined || others.length > 0 ? inputs : only
}

function readElement(element: Json, path: string): EmbeddingsInput {
  if (typeof element === 'string') return element
  if (!isJsonArray(element)) throw invalidField(path, 'a string or an array of tokens', element)
  return readTokens(element, path)
}

function readTokens(tokens: readonly Json[], path: string): readonly number[] {
  if (tokens.length === 0) throw invalidField(path, 'at least one token', tokens)
  return tokens.map((token, index) => {
    if (typeof token !== 'number' || !Number.isInteger(token) || token < 0) throw invalidField(`${path}[${index}]`, 'a token', token)
    return token
  })
}
