import { mergeUsage } from '@gateway/core'
import type { ChatEvent, FinishReason, GatewayError, JsonObject, StreamWriteOptions, StreamWriter, Usage } from '@gateway/core'
import { objectOf } from '../json-fields.ts'
import { createBlockWriter, createCallWriter, frame } from './block-writer.ts'
import { writeError } from './error.ts'
import { writeStop } from './stop-reason.ts'
import { writeUsage } from './usage.ts'
import { PROTOCOL } from './wire.ts'

/**
 * Events as the vendor's clients need them: `message_start`, whole content blocks, one `message_delta` with the reason of the
 * stop and the usage, `message_stop`. This protocol knows one answer: events of further choices are left out.
 */
export function writeStream(_options: StreamWriteOptions): StreamWriter {
  const blocks = createBlockWriter()
  const calls = createCallWriter(blocks)
  let head: Head | null = { id: '', model: '', extras: {} }
  let usage: Usage = {}
  let stop: JsonObject | null = null
  let hasCalls = false
  let hasRefusal = false

  /** Waits for the first thing that is said, so that a usage which comes before it can go with it. */
  function begin(): string {
    if (head === null) return ''
    const { id, model, extras } = head
    head = null
    return frame('message_start', { message: writeMessage({ id, model, extras, usage }) })
  }

  function end(): string {
    const delta = stop ?? writeStop(finishReason(hasCalls ? 'tool-calls' : 'stop'), {})
    return `${frame('message_delta', { delta, usage: writeUsage(usage) })}${frame('message_stop', {})}`
  }

  function finishReason(reason: FinishReason): FinishReason {
    // OpenAI's models stop as usual behind a refusal.
    return reason === 'stop' && hasRefusal ? 'refusal' : reason
  }

  function writeContent(event: ContentEvent): string {
    switch (event.type) {
      case 'text-delta':
      case 'refusal-delta':
        hasRefusal ||= event.type === 'refusal-delta'
        return blocks.add({ type: 'text', text: '' }, { type: 'text_delta', text: event.text })
      case 'reasoning-delta':
        return blocks.add(THINKING, { type: 'thinking_delta', thinking: event.text })
      case 'reasoning-signature':
        return writeSignature(event)
      case 'opaque-delta':
        return writeOpaque(event.value)
    }
  }

  function writeSignature({ signature, encrypted }: Extract<ContentEvent, { type: 'reasoning-signature' }>): string {
    // What comes behind a signature is another thought, with a signature of its own.
    const thought = signature === undefined ? '' : blocks.add(THINKING, { type: 'signature_delta', signature }) + blocks.close()
    return encrypted === undefined ? thought : thought + blocks.open({ type: 'redacted_thinking', data: encrypted }) + blocks.close()
  }

  function writeOpaque(value: JsonObject): string {
    if (value.type === 'content_block_start') return blocks.open(objectOf(value.content_block))
    if (value.type === 'content_block_stop') return blocks.close()
    const opening = blocks.hasOpen() ? '' : blocks.open({ type: 'text', text: '' })
    return opening + blocks.delta(objectOf(value.delta))
  }

  return {
    write(event) {
      if (isOthers(event)) return ''
      switch (event.type) {
        case 'start':
          head &&= { id: event.id, model: event.model, extras: objectOf(event.extras?.[PROTOCOL]) }
          return ''
        case 'usage':
          usage = mergeUsage(usage, event.usage)
          return ''
        case 'tool-call-start':
        case 'tool-call-delta':
          hasCalls = true
          return begin() + calls.write(event)
        case 'finish':
          stop ??= writeStop(finishReason(event.reason), objectOf(event.extras?.[PROTOCOL]))
          return begin() + calls.flush() + blocks.close()
        case 'end':
          return begin() + calls.flush() + blocks.close() + end()
        // The caller writes errors by `fail`.
        case 'error':
          return ''
        case 'text-delta':
        case 'refusal-delta':
        case 'reasoning-delta':
        case 'reasoning-signature':
        case 'opaque-delta':
          return begin() + calls.flush() + writeContent(event)
      }
    },
    fail: (error: GatewayError, status: number) => frame('error', writeError(error, status)),
  }
}

type ContentEvent = Extract<
  ChatEvent,
  { type: 'text-delta' | 'refusal-delta' | 'reasoning-delta' | 'reasoning-signature' | 'opaque-delta' }
>

/** Whether an event is of a second answer, or in words that only another protocol knows. */
function isOthers(event: ChatEvent): boolean {
  return ('choice' in event && event.choice !== 0) || (event.type === 'opaque-delta' && event.protocol !== PROTOCOL)
}

interface Head {
  readonly id: string
  readonly model: string
  readonly extras: JsonObject
}

const THINKING = { type: 'thinking', thinking: '', signature: '' } as const

function writeMessage({ id, model, extras, usage }: Head & { readonly usage: Usage }): JsonObject {
  const { usage: usageRest, ...rest } = extras
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...objectOf(usageRest), ...writeUsage(usage) },
    ...rest,
  }
}
