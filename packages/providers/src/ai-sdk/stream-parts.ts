import { endpointFailure, isJsonObject, type ChatEvent, type JsonObject } from '@gateway/core'
import { openaiChat } from '@gateway/protocols'
import { toSignature } from './provider-metadata.ts'
import { readInput, readResponse } from './reply.ts'
import { stringOf } from './string-of.ts'
import { readFinishReason, readUsage } from './usage.ts'

/** Turns the parts of one stream into events. */
export interface PartReader {
  read(part: JsonObject): readonly ChatEvent[]
}

export function createPartReader(): PartReader {
  const calls = createCallReader()
  const thoughts = new Map<unknown, JsonObject>()
  let model = ''
  let hasStarted = false

  const start = (response: JsonObject): readonly ChatEvent[] => {
    if (hasStarted) return []
    hasStarted = true
    return [{ type: 'start', ...readResponse(response, model) }]
  }

  const think = (part: JsonObject): void => {
    const said = isJsonObject(part['providerMetadata']) ? part['providerMetadata'] : {}
    thoughts.set(part['id'], { ...thoughts.get(part['id']), ...said })
  }

  const readContent = (part: JsonObject): readonly ChatEvent[] => {
    switch (part['type']) {
      case 'text-delta':
        return [{ type: 'text-delta', choice: 0, text: stringOf(part['delta']) }]
      case 'reasoning-start':
        think(part)
        return []
      case 'reasoning-delta':
        think(part)
        return part['delta'] === '' ? [] : [{ type: 'reasoning-delta', choice: 0, text: stringOf(part['delta']) }]
      case 'reasoning-end': {
        think(part)
        const signature = toSignature(thoughts.get(part['id']))
        return signature === undefined ? [] : [{ type: 'reasoning-signature', choice: 0, signature }]
      }
      default:
        return calls.read(part)
    }
  }

  return {
    read(part) {
      if (part['type'] === 'open') model = stringOf(part['model'])
      if (part['type'] === 'response-metadata') return start(part)
      if (part['type'] === 'error') return [readFailure(part)]
      const events = part['type'] === 'finish' ? readFinish(part) : readContent(part)
      return events.length === 0 ? [] : [...start({}), ...events]
    },
  }
}

/** As the transport wrote it: what the AI SDK knows of the HTTP answer behind an error. */
function readFailure({ status, text }: JsonObject): ChatEvent {
  const response = { status: typeof status === 'number' ? status : 500, text: stringOf(text), header: () => null, nowMs: 0 }
  return { type: 'error', failure: openaiChat.readError(response) }
}

/** A vendor's package says `finish` at the end of any stream, one that was cut included: that one has neither a reason nor counts. */
function readFinish(part: JsonObject): readonly ChatEvent[] {
  const usage = readUsage(part['usage'])
  const reason = readFinishReason(part['finishReason'])
  if (reason === 'error') return [{ type: 'error', failure: endpointFailure('error-in-reply', 'The model stopped because of an error.') }]
  if (reason === 'unsaid' && usage.output === undefined) {
    return [{ type: 'error', failure: endpointFailure('truncated-stream', 'The model ended its stream before the answer was complete.') }]
  }
  return [{ type: 'finish', choice: 0, reason: reason === 'unsaid' ? 'other' : reason }, { type: 'usage', usage }, { type: 'end' }]
}

interface CallReader {
  read(part: JsonObject): readonly ChatEvent[]
}

/** Some packages stream a call's arguments and then repeat them whole, some only give them whole. */
function createCallReader(): CallReader {
  const open = new Map<string, { readonly call: number; written: string }>()
  const isOthers = new Set<string>()

  const begin = (id: string, part: JsonObject): readonly ChatEvent[] => {
    const call = open.size
    open.set(id, { call, written: '' })
    const signature = toSignature(part['providerMetadata'])
    const name = stringOf(part['toolName'])
    return [{ type: 'tool-call-start', choice: 0, call, id, name, ...(signature === undefined ? {} : { signature }) }]
  }

  const append = (id: string, text: string): readonly ChatEvent[] => {
    const state = open.get(id)
    if (!state || text === '') return []
    state.written += text
    return [{ type: 'tool-call-delta', choice: 0, call: state.call, arguments: text }]
  }

  return {
    read(part) {
      const id = stringOf(part['toolCallId'] ?? part['id'])
      if (part['providerExecuted'] === true) isOthers.add(id)
      if (isOthers.has(id)) return []
      if (part['type'] === 'tool-input-start') return begin(id, part)
      if (part['type'] === 'tool-input-delta') return append(id, stringOf(part['delta']))
      if (part['type'] !== 'tool-call') return []
      const events = open.has(id) ? [] : begin(id, part)
      return open.get(id)?.written === '' ? [...events, ...append(id, readInput(part['input']))] : events
    },
  }
}
