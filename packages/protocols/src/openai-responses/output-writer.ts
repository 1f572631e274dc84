import type { ChatEvent, JsonObject } from '@gateway/core'
import { createCallWriter } from './call-writer.ts'
import type { CallWriter } from './call-writer.ts'
import type { Emit } from './emitter.ts'
import { writeLogprobs } from './logprobs.ts'
import { createOutputSlots } from './output-slots.ts'
import { createSpeechWriter } from './speech-writer.ts'
import { ANNOTATION } from './stream-events.ts'
import { PROTOCOL } from './wire.ts'

/** Writes what a model says as the items of a response: each opened before its pieces, closed after them, at a place of its own. */
export interface OutputWriter {
  write(event: ContentEvent): string
  /** Closes what is open. `status` is that of the answer, and of the items that its end has cut. */
  close(status: string): string
  /** All items so far, as they are. */
  items(): readonly JsonObject[]
  hasCalls(): boolean
}

type ContentEvent = Exclude<ChatEvent, { type: 'start' | 'finish' | 'usage' | 'end' | 'error' }>

/** Calls stay open until the end, since their pieces may come interleaved. */
export function createOutputWriter(emit: Emit, nextId: (prefix: string) => string): OutputWriter {
  const slots = createOutputSlots(emit)
  const speech = createSpeechWriter((prefix, id) => ({ emit, slot: slots.next(), id: id ?? nextId(prefix) }))
  const calls = new Map<number, CallWriter>()

  function startCall(event: Extract<ContentEvent, { type: 'tool-call-start' }>): string {
    if (calls.has(event.call)) return ''
    const closed = speech.close()
    const writer = createCallWriter({ emit, slot: slots.next(), id: nextId(event.kind === 'custom' ? 'ctc' : 'fc') }, event)
    calls.set(event.call, writer)
    return closed + writer.open()
  }

  function writeOpaque({ protocol, value }: Extract<ContentEvent, { type: 'opaque-delta' }>): string {
    if (protocol !== PROTOCOL) return ''
    if (value.type === ANNOTATION) return speech.ofMessage((writer) => writer.annotate(value.annotation ?? null))
    const closed = speech.close()
    const slot = slots.next()
    return closed + slot.open(value) + slot.close(value)
  }

  function write(event: ContentEvent): string {
    switch (event.type) {
      case 'text-delta':
        return speech.message((writer) => writer.text(event.text, writeLogprobs(event.logprobs)))
      case 'refusal-delta':
        return speech.message((writer) => writer.refusal(event.text))
      case 'reasoning-delta':
        return speech.thought(event.id, (writer) => writer.write(event.text, event.isVerbatim === true))
      case 'reasoning-signature':
        return speech.thought(event.id, (writer) => writer.seal(event)) + speech.close()
      case 'tool-call-start':
        return startCall(event)
      case 'tool-call-delta':
        return calls.get(event.call)?.write(event.arguments) ?? ''
      case 'opaque-delta':
        return writeOpaque(event)
    }
  }

  return {
    write: (event) => ('text' in event && event.text === '' ? '' : write(event)),
    close: (status) => speech.close(status) + [...calls.values()].map((call) => call.close(status)).join(''),
    items: slots.items,
    hasCalls: () => calls.size > 0,
  }
}
