import { isJsonObject } from '@gateway/core'
import type { AssistantPart, Json, JsonObject, Message, ReasoningPart, TextPart, UserPart } from '@gateway/core'
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
      return [compact({ role: 'assistant', content: joinPieces(said), extras })]
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

/** What was streamed comes back in the pieces in which it came: a text, a thought, and the seal of one behind it. */
function joinPieces(parts: readonly AssistantPart[]): readonly AssistantPart[] {
  const joined: AssistantPart[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    const whole = last === undefined ? null : joinTwo(last, part)
    if (whole === null) joined.push(part)
    else joined.splice(-1, 1, whole)
  }
  return joined
}

function joinTwo(first: AssistantPart, second: AssistantPart): AssistantPart | null {
  if (first.type === 'text' && second.type === 'text' && isPlain(first) && isPlain(second))
    return { ...first, text: first.text + second.text }
  if (first.type !== 'reasoning' || second.type !== 'reasoning' || !isPlain(first)) return null
  if (isPlain(second)) return { ...first, text: first.text + second.text }
  return second.text === '' && isSealed(second) ? { ...second, text: first.text } : null
}

/** Whether a part says nothing but its text. */
function isPlain(part: TextPart | ReasoningPart): boolean {
  return Object.keys(part).length === 2
}

/** What is encrypted without an id is a thought of its own, that nobody was to see. */
function isSealed({ signature, encrypted, id }: ReasoningPart): boolean {
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
