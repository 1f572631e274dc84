import type { JsonObject, WireRequest } from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { stringOf } from '../json-fields.ts'

/** What the URL says, `/ai/run/{model}`; whether it streams stands in the body. */
export type Address = NonNullable<WireRequest['address']>

/** The model stands in the URL, or is the first argument of `run`; some clients repeat it in the input. */
export function modelOf(body: JsonObject, address: Address | undefined): string {
  return address?.model ?? stringOf(body.model) ?? ''
}

export function checkModel(model: string): string {
  if (model === '' || model.length > 256) throw invalidField('model', 'a model name of at most 256 characters', model)
  return model
}
