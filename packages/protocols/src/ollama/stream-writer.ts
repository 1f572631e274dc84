import { mergeUsage } from '@gateway/core'
import type { ChatEvent, JsonObject, StreamWriteOptions, StreamWriter, Usage } from '@gateway/core'
import { compact } from '../compact.ts'
import { objectOf } from '../json-fields.ts'
import { writeDoneReason } from './done-reason.ts'
import { writeError } from './error.ts'
import { writeLogprobs } from './logprobs.ts'
import { writeTime } from './reply-head.ts'
import { parseArguments } from './tool-calls.ts'
import { writeUsage } from './usage.ts'
import { PROTOCOL } from './wire.ts'

/**
 * Lines as the server writes them: the last has the reason and the counts, asked for or not. Calls go out whole, and so at the end:
 * until then more of their arguments may come.
 */
export function writeStream(_options: StreamWriteOptions): StreamWriter {
  const lines = createLineWriter()
  let usage: Usage = {}
  return {
    write(event) {
      switch (event.type) {
        case 'start':
          lines.start(event)
          return ''
        case 'usage':
          usage = mergeUsage(usage, event.usage)
          return ''
        case 'end':
          return lines.end(writeUsage(usage))
        // The caller writes errors by `fail`.
        case 'error':
          return ''
        default:
          // One answer is all that the protocol can say.
          return event.choice === 0 ? lines.write(event) : ''
      }
    },
    fail: (error, status) => `${JSON.stringify(writeError(error, status))}\n`,
  }
}

interface LineWriter {
  start(event: Extract<ChatEvent, { type: 'start' }>): void
  write(event: ChoiceEvent): string
  end(counts: JsonObject): string
}

function createLineWriter(): LineWriter {
  const calls = new Map<number, Call>()
  let head: JsonObject = { model: '', created_at: writeTime(0) }
  let ending: JsonObject = { done_reason: 'stop' }

  function said(message: JsonObject, fields: JsonObject = {}): string {
    return `${JSON.stringify({ ...head, message: { role: 'assistant', ...message }, done: false, ...fields })}\n`
  }

  function flushCalls(): string {
    const lines = [...calls.values()].map((call, index) => said({ content: '', tool_calls: [writeCall(call, index)] }))
    calls.clear()
    return lines.join('')
  }

  return {
    start({ model, created, extras }) {
      head = { model, created_at: writeTime(created), ...objectOf(extras?.[PROTOCOL]) }
    },
    write(event) {
      switch (event.type) {
        case 'text-delta':
          return said({ content: event.text }, compact({ logprobs: writeLogprobs(event.logprobs) }))
        case 'refusal-delta':
          return said({ content: event.text })
        case 'reasoning-delta':
          return said({ content: '', thinking: event.text })
        case 'tool-call-start':
          calls.set(event.call, { event, pieces: [] })
          return ''
        case 'tool-call-delta':
          calls.get(event.call)?.pieces.push(event.arguments)
          return ''
        case 'finish':
          ending = { done_reason: writeDoneReason(event.reason), ...objectOf(event.extras?.[PROTOCOL]) }
          return ''
        case 'reasoning-signature':
        case 'opaque-delta':
          return ''
      }
    },
    end(counts) {
      const last = { ...head, message: { role: 'assistant', content: '' }, done: true, ...ending, ...counts }
      return `${flushCalls()}${JSON.stringify(last)}\n`
    },
  }
}

type ChoiceEvent = Extract<ChatEvent, { readonly choice: number }>
type CallStart = Extract<ChatEvent, { type: 'tool-call-start' }>

/** A call whose arguments are still being written. */
interface Call {
  readonly event: CallStart
  readonly pieces: string[]
}

function writeCall({ event, pieces }: Call, index: number): JsonObject {
  const text = pieces.join('')
  const { id, name, kind, extras } = event
  const { function: functionRest, ...callRest } = objectOf(extras?.[PROTOCOL])
  const parsed = kind === 'custom' ? null : parseArguments(text)
  const input = parsed ?? { input: text }
  return { id, function: { index, name, arguments: input, ...objectOf(functionRest) }, ...callRest }
}
