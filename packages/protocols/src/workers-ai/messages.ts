import type { AssistantPart, JsonObject, Message } from '@gateway/core'
import { createCallLedger } from '../call-ledger.ts'
import type { CallLedger } from '../call-ledger.ts'
import { invalidField } from '../check-body.ts'
import { compact } from '../compact.ts'
import { objectsOf, restOf, stringOf } from '../json-fields.ts'
import { ownExtras } from './extras.ts'
import { readParts, readTextParts } from './parts.ts'
import { readToolCalls } from './tool-calls.ts'

/** The conversation of an input that has been checked: its messages, or a bare `prompt` as what the user says. */
export function readMessages(body: JsonObject): readonly Message[] {
  if (body.messages == null) return [{ role: 'user', content: readParts(body.prompt, 'prompt') }]
  const ledger = createCallLedger('workers_ai_call_')
  return objectsOf(body.messages).map((message, index) => readMessage(message, { path: `messages[${index}]`, ledger }))
}

interface Place {
  /** As errors name it. */
  readonly path: string
  readonly ledger: CallLedger
}

const SIMPLE_FIELDS: ReadonlySet<string> = new Set(['role', 'content', 'name'])
const ASSISTANT_FIELDS: ReadonlySet<string> = new Set([
  'role',
  'content',
  'name',
  'refusal',
  'reasoning',
  'reasoning_content',
  'tool_calls',
])
const TOOL_FIELDS: ReadonlySet<string> = new Set(['role', 'content', 'name', 'tool_call_id'])

function readMessage(message: JsonObject, { path, ledger }: Place): Message {
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
      const content = [...readSaid(message, path), ...readToolCalls(message.tool_calls, `${path}.tool_calls`, ledger.call)]
      return compact({ role: 'assistant', content, name, extras: ownExtras(restOf(message, ASSISTANT_FIELDS)) })
    }
    case 'tool':
      return readToolMessage(message, { path, ledger })
    default:
      throw invalidField(`${path}.role`, 'one of system, user, assistant, tool', message.role)
  }
}

function readSaid(message: JsonObject, path: string): readonly AssistantPart[] {
  const reasoning = stringOf(message.reasoning_content) || stringOf(message.reasoning)
  const refusal = stringOf(message.refusal)
  return [
    ...(reasoning ? [{ type: 'reasoning', text: reasoning } as const] : []),
    ...readParts(message.content, `${path}.content`).flatMap((part) => (part.type === 'media' ? [] : [part])),
    ...(refusal ? [{ type: 'refusal', text: refusal } as const] : []),
  ]
}

/** A name that the call itself does not tell is kept, since some models know the answer by it. */
function readToolMessage(message: JsonObject, { path, ledger }: Place): Message {
  const name = stringOf(message.name) || undefined
  const toolCallId = ledger.answer({ id: stringOf(message.tool_call_id) || undefined, name })
  const isKnown = name === undefined || ledger.nameOf(toolCallId) === name
  const extras = ownExtras({ ...restOf(message, TOOL_FIELDS), ...(!isKnown && { name }) })
  return compact({ role: 'tool', toolCallId, content: readParts(message.content, `${path}.content`), extras })
}
