import type { JsonObject, Message } from '@gateway/core'
import { invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { objectsOf, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { readAssistant, writeAssistant } from './assistant.ts'
import { ownExtras, readParts, readTextParts, writeParts } from './parts.ts'
import { FUNCTION_CALL } from './tool-calls.ts'

/** The messages of a request whose `messages` has been checked to be an array of objects with a role. */
export function readMessages(body: JsonObject): readonly Message[] {
  const messages: Message[] = []
  // A `function` message answers the latest `function_call`; neither has an id, so the two get one by counting.
  let functionCalls = 0
  for (const [index, message] of objectsOf(body.messages).entries()) {
    if (message.function_call != null) functionCalls += 1
    messages.push(readMessage(message, { path: `messages[${index}]`, index, functionCallId: `function_call_${functionCalls}` }))
  }
  return messages
}

export function writeMessage(message: Message, translation: Translation): JsonObject {
  const extras = translation.ownExtras(message.extras)
  switch (message.role) {
    case 'system':
    case 'developer':
    case 'user':
      return compact({ role: message.role, content: writeParts(message.content, translation), name: message.name, ...extras })
    case 'assistant':
      return compact({ role: 'assistant', name: message.name, ...writeAssistant(message.content, translation), ...extras })
    case 'tool':
      return writeToolMessage(message, extras, translation)
  }
}

interface Place {
  /** As errors name it. */
  readonly path: string
  readonly index: number
  readonly functionCallId: string
}

const SIMPLE_FIELDS: ReadonlySet<string> = new Set(['role', 'content', 'name'])
const TOOL_FIELDS: ReadonlySet<string> = new Set(['role', 'content', 'tool_call_id'])
const FUNCTION_FIELDS: ReadonlySet<string> = new Set(['role', 'content'])

function readMessage(message: JsonObject, place: Place): Message {
  const { path } = place
  const name = stringOf(message.name)
  switch (message.role) {
    case 'system':
    case 'developer': {
      const content = readTextParts(message.content, `${path}.content`)
      return compact({ role: message.role, content, name, extras: ownExtras(restOf(message, SIMPLE_FIELDS)) })
    }
    case 'user': {
      const content = readParts(message.content, `${path}.content`)
      return compact({ role: 'user', content, name, extras: ownExtras(restOf(message, SIMPLE_FIELDS)) })
    }
    case 'assistant': {
      const { functionCallId } = place
      const { content, rest } = readAssistant(message, path, { idPrefix: `call_${place.index}_`, functionCallId })
      return compact({ role: 'assistant', content, name, extras: ownExtras(rest) })
    }
    case 'tool':
    case 'function':
      return readToolMessage(message, place)
    default:
      throw invalidField(`${path}.role`, 'one of developer, system, user, assistant, tool, function', message.role)
  }
}

function readToolMessage(message: JsonObject, { path, functionCallId }: Place): Message {
  const content = readParts(message.content, `${path}.content`)
  if (message.role === 'function') {
    const extras = ownExtras({ ...FUNCTION_CALL, ...restOf(message, FUNCTION_FIELDS) })
    return compact({ role: 'tool', toolCallId: functionCallId, content, extras })
  }
  const toolCallId = stringOf(message.tool_call_id)
  if (toolCallId === undefined) throw invalidField(`${path}.tool_call_id`, 'a string', message.tool_call_id)
  return compact({ role: 'tool', toolCallId, content, extras: ownExtras(restOf(message, TOOL_FIELDS)) })
}

function writeToolMessage(message: Extract<Message, { role: 'tool' }>, extras: JsonObject, translation: Translation): JsonObject {
  if (message.isError !== undefined) translation.drop('is_error')
  const content = writeParts(message.content, translation)
  const { deprecated, ...rest } = extras
  if (deprecated === true) return { role: 'function', content, ...rest }
  return { role: 'tool', tool_call_id: message.toolCallId, content, ...rest }
}
