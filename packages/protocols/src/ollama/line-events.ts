import type { ChatEvent, JsonObject } from '@gateway/core'
import { callIds } from '../call-ids.ts'
import { compact } from '../compact.ts'
import { restOf, stringOf } from '../json-fields.ts'
import { readDoneReason } from './done-reason.ts'
import { ownExtras } from './extras.ts'
import { readLogprobs } from './logprobs.ts'
import { readSaid } from './messages.ts'
import { readHead } from './reply-head.ts'
import { messageOf, REPLY_FIELDS } from './reply.ts'
import { readToolCalls } from './tool-calls.ts'
import type { NameCall } from './tool-calls.ts'
import { readUsage } from './usage.ts'

/** Turns the lines of one stream into events. */
export interface LineEvents {
  /** Null for a line that is none of an answer. The last one ends in `end`. Throws `GatewayError` for a field of another type. */
  read(line: JsonObject): readonly ChatEvent[] | null
  /** True once the model has said something, or counted tokens for it. */
  hasSaid(): boolean
}

export function createLineEvents(): LineEvents {
  let nameCall: NameCall | null = null
  let calls = 0
  let isSaid = false

  function open(line: JsonObject): { readonly nameCall: NameCall; readonly events: readonly ChatEvent[] } {
    if (nameCall !== null) return { nameCall, events: [] }
    const { createdAt, created, id, model } = readHead(line)
    nameCall = callIds(id)
    const extras = ownExtras(compact({ created_at: createdAt }))
    return { nameCall, events: [compact({ type: 'start', id, model, created, extras })] }
  }

  /** Each call comes whole. */
  function readCalls(message: JsonObject, name: NameCall): readonly ChatEvent[] {
    return readToolCalls(message, 'message', name).flatMap((part): readonly ChatEvent[] => {
      const call = calls
      calls += 1
      const start = compact({ type: 'tool-call-start', choice: 0, call, id: part.id, name: part.name, extras: part.extras })
      return [start, { type: 'tool-call-delta', choice: 0, call, arguments: part.arguments }]
    })
  }

  function readEnd(line: JsonObject): readonly ChatEvent[] {
    const word = stringOf(line.done_reason)
    const reason = readDoneReason(word, calls > 0)
    if (reason === 'length') isSaid = true
    const extras = ownExtras(compact({ ...restOf(line, REPLY_FIELDS), done_reason: reason === 'other' ? word : undefined }))
    return [compact({ type: 'finish', choice: 0, reason, extras })]
  }

  return {
    read(line) {
      const message = messageOf(line)
      if (message === null && line.done !== true) return null
      const opened = open(line)
      const said = [...readTexts(message ?? {}, line), ...readCalls(message ?? {}, opened.nameCall)]
      const usage = readUsage(line)
      if (said.length > 0 || (usage.output?.tokens ?? 0) > 0) isSaid = true
      const ends = line.done === true ? readEnd(line) : []
      const counts: readonly ChatEvent[] = Object.keys(usage).length === 0 ? [] : [{ type: 'usage', usage }]
      return [...opened.events, ...said, ...ends, ...counts, ...(line.done === true ? [END] : [])]
    },
    hasSaid: () => isSaid,
  }
}

const END: ChatEvent = { type: 'end' }

function readTexts(message: JsonObject, line: JsonObject): readonly ChatEvent[] {
  return readSaid(message, 'message').flatMap((part): readonly ChatEvent[] => {
    if (part.type === 'reasoning') return [{ type: 'reasoning-delta', choice: 0, text: part.text }]
    if (part.type !== 'text') return []
    return [compact({ type: 'text-delta', choice: 0, text: part.text, logprobs: readLogprobs(line.logprobs) })]
  })
}
