import type { AssistantPart, Json, JsonObject, MediaPart, Message, TextPart } from '@gateway/core'
import { createCallLedger } from '../call-ledger.ts'
import type { CallLedger } from '../call-ledger.ts'
import { invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { isJsonArray, objectsOf, restOf, stringOf } from '../json-fields.ts'
import { ownExtras } from './extras.ts'
import { readToolCalls } from './tool-calls.ts'

/** The messages of a request whose `messages` has been checked to be an array of objects with a role. */
export function readMessages(body: JsonObject): readonly Message[] {
  const ledger = createCallLedger('ollama_call_')
  return objectsOf(body.messages).map((message, index) => readMessage(message, { path: `messages[${index}]`, ledger }))
}

/** Thoughts and texts of an assistant, in a request or an answer; its calls stand behind them. `path` names the message in errors. */
export function readSaid(message: JsonObject, path: string): readonly AssistantPart[] {
  const thinking = stringOf(message.thinking)
  return [...(thinking ? [{ type: 'reasoning', text: thinking } as const] : []), ...readText(message.content, `${path}.content`)]
}

interface Place {
  /** As errors name it. */
  readonly path: string
  readonly ledger: CallLedger
}

const SYSTEM_FIELDS: ReadonlySet<string> = new Set(['role', 'content'])
const USER_FIELDS: ReadonlySet<string> = new Set(['role', 'content', 'images'])
const ASSISTANT_FIELDS: ReadonlySet<string> = new Set(['role', 'content', 'thinking', 'tool_calls'])
const TOOL_FIELDS: ReadonlySet<string> = new Set(['role', 'content', 'images', 'tool_name', 'tool_call_id', 'name'])

function readMessage(message: JsonObject, { path, ledger }: Place): Message {
  switch (message.role) {
    case 'system':
    case 'developer': {
      const content = readText(message.content, `${path}.content`)
      return compact({ role: message.role, content, extras: ownExtras(restOf(message, SYSTEM_FIELDS)) })
    }
    case 'user':
      return compact({ role: 'user', content: readShown(message, path), extras: ownExtras(restOf(message, USER_FIELDS)) })
    case 'assistant': {
      const content = [...readSaid(message, path), ...readToolCalls(message, path, ledger.call)]
      return compact({ role: 'assistant', content, extras: ownExtras(restOf(message, ASSISTANT_FIELDS)) })
    }
    case 'tool':
      return readToolMessage(message, { path, ledger })
    default:
      throw invalidField(`${path}.role`, 'one of system, user, assistant, tool', message.role)
  }
}

/** A name that the call itself does not tell is kept, since the answer goes back by it. */
function readToolMessage(message: JsonObject, { path, ledger }: Place): Message {
  const name = (stringOf(message.tool_name) ?? stringOf(message.name)) || undefined
  const toolCallId = ledger.answer({ id: stringOf(message.tool_call_id) || undefined, name })
  const isKnown = name === undefined || ledger.nameOf(toolCallId) === name
  const extras = ownExtras({ ...restOf(message, TOOL_FIELDS), ...(!isKnown && { tool_name: name }) })
  return compact({ role: 'tool', toolCallId, content: readShown(message, path), extras })
}

/** A text and the images that go with it. */
function readShown(message: JsonObject, path: string): readonly (TextPart | MediaPart)[] {
  return [...readText(message.content, `${path}.content`), ...readImages(message.images, `${path}.images`)]
}

function readText(content: Json | undefined, path: string): readonly TextPart[] {
  if (content === undefined || content === null || content === '') return []
  if (typeof content !== 'string') throw invalidField(path, 'a string', content)
  return [{ type: 'text', text: content }]
}

function readImages(images: Json | undefined, path: string): readonly MediaPart[] {
  if (images === undefined || images === null) return []
  if (!isJsonArray(images)) throw invalidField(path, 'an array', images)
  return images.map((data, index) => {
    if (typeof data !== 'string') throw invalidField(`${path}[${index}]`, 'an image in base64', data)
    return { type: 'media', kind: 'image', source: { from: 'base64', data } }
  })
}
