import type { JsonObject, WireRequest } from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { stringOf } from '../json-fields.ts'

/** What the URL says: `models/{model}:generateContent` or `:streamGenerateContent`. */
export type Address = NonNullable<WireRequest['address']>

/** The model of the URL, or of a body that names one (in a batch, or a count of tokens); empty where neither does. */
export function modelOf(body: JsonObject, address: Address | undefined): string {
  return (address?.model ?? stringOf(body.model) ?? '').replace(/^models\//, '')
}

export function checkModel(model: string): string {
  if (model === '' || model.length > 256) throw invalidField('model', 'a model name of at most 256 characters', model)
  return model
}
