import type { JsonObject, OpaquePart } from '@gateway/core'
import { stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { PROTOCOL } from './wire.ts'

/** Extras under this protocol's name; undefined where there are none. */
export function ownExtras(fields: JsonObject | undefined): JsonObject | undefined {
  return fields === undefined ? undefined : { [PROTOCOL]: fields }
}

export function readOpaque(value: JsonObject): OpaquePart {
  return { type: 'opaque', protocol: PROTOCOL, value }
}

/** Zero or one object: what another protocol alone knows is reported as dropped. */
export function writeOpaque(part: OpaquePart, translation: Translation): readonly JsonObject[] {
  if (part.protocol === PROTOCOL) return [part.value]
  translation.drop(stringOf(part.value.type) ?? part.protocol)
  return []
}

/** Whether a type names a part of a message's content; any other type is that of an item of its own. */
export function isContentType(type: string): boolean {
  return /^(?:input|output)_|^(?:text|refusal|computer_screenshot)$/.test(type)
}
