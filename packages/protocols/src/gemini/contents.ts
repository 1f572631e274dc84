import { isJsonObject } from '@gateway/core'
import type { AssistantPart, Json, JsonObject, Message, TextPart, UserPart } from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { objectsOf, restOf } from '../json-fields.ts'
import { createCallLedger } from './call-ledger.ts'
import type { CallLedger } from './call-ledger.ts'
import { ownExtras } from './extras.ts'
import { camelFields } from './field-names.ts'
import { readFunctionResponse } from './function-response.ts'
import { readAssistantPart, readText, readUserPart } from './parts.ts'
import { dataOf, openParts } from './wire-part.ts'
import type { WirePart } from './wire-part.ts'

/** The messages of `contents`, which has been checked to be an array of objects. A function's answer is a message of its own. */
export function readContents(contents: Json | undefined): readonly Message[] {
  const ledger = createCallLedger()
  return objectsOf(contents).flatMap((content, index) => readContent(camelFields(content), `contents[${index}]`, ledger))
}

/** The system's message, or none. Google ignores its role. */
export function readSystem(instruction: Json | undefined): readonly Message[] {
  if (!isJsonObject(instruction)) return []
  const content = openParts(instruction.parts, 'systemInstruction.parts').map(readSystemPart)
  return [{ role: 'system', content }]
}

const CONTENT_FIELDS: ReadonlySet<string> = new Set(['role', 'parts'])

function readContent(content: JsonObject, path: string, ledger: CallLedger): readonly Message[] {
  const parts = openParts(content.parts, `${path}.parts`)
  const rest = restOf(content, CONTENT_FIELDS)
  const extras = ownExtras(rest && { content: rest })
  switch (content.role ?? '') {
    case 'model': {
      const said: readonly AssistantPart[] = parts.map((part) => readAssistantPart(part, ledger.call))
      return [compact({ role: 'assistant', content: joinThoughts(said), extras })]
    }
    case '':
    case 'user':
    // As functions answered once.
    case 'function':
      return withExtras(readUserContent(parts, ledger), extras)
    default:
      throw invalidField(`${path}.role`, 'user or model', content.role)
  }
}

/** A thought that was streamed comes back in the pieces in which it came, and its seal behind them. */
function joinThoughts(parts: readonly AssistantPart[]): readonly AssistantPart[] {
  const joined: AssistantPart[] = []
  for (const part of parts) {
    if (part.type === 'reasoning' && part.text === '' && isSealed(part)) {
      const first = joined.findLastIndex((before) => before.type !== 'reasoning' || isSealed(before)) + 1
      const pieces = joined.splice(first)
      joined.push({ ...part, text: pieces.map((piece) => ('text' in piece ? piece.text : '')).join('') })
    } else joined.push(part)
  }
  return joined
}

function isSealed({ signature, encrypted, id }: Extract<AssistantPart, { type: 'reasoning' }>): boolean {
  // Without an id it is a thought that nobody was to see.
  return signature !== undefined || (encrypted !== undefined && id !== undefined)
}

/** Answers of functions and what a user says may stand in one content: each run of the latter is a message. */
function readUserContent(parts: readonly WirePart[], ledger: CallLedger): readonly Message[] {
  const messages: Message[] = []
  let said: UserPart[] = []
  const flush = (): void => {
    if (said.length > 0) messages.push({ role: 'user', content: said })
    said = []
  }
  for (const part of parts) {
    if (dataOf(part) === 'functionResponse') {
      flush()
      messages.push(readFunctionResponse(part, ledger))
    } else {
      said.push(readUserPart(part))
    }
  }
  flush()
  return messages.length === 0 ? [{ role: 'user', content: [] }] : messages
}

function withExtras(messages: readonly Message[], extras: JsonObject | undefined): readonly Message[] {
  const [first, ...others] = messages
  if (first === undefined || extras === undefined) return messages
  return [{ ...first, extras: { ...first.extras, ...extras } }, ...others]
}

function readSystemPart(part: WirePart): TextPart {
  if (dataOf(part) !== 'text') throw invalidField(part.path, 'a text part', part.raw)
  return readText(part)
}
