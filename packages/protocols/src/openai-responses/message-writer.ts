import type { Json, JsonObject } from '@gateway/core'
import type { ItemParts } from './output-slots.ts'

/** Writes one message of an answer, in parts of text and refusals. */
export interface MessageWriter {
  readonly kind: 'message'
  text(delta: string, logprobs: readonly JsonObject[]): string
  refusal(delta: string): string
  /** A source of the text that is being written. */
  annotate(annotation: Json): string
  close(status: string): string
}

export function createMessageWriter({ emit, slot, id }: ItemParts): MessageWriter {
  const content: JsonObject[] = []
  let part: OpenPart | null = null
  let isOpen = false

  const place = (): JsonObject => ({ item_id: id, output_index: slot.index, content_index: content.length })
  const item = (status: string): JsonObject => ({ id, type: 'message', status, role: 'assistant', content: [...content] })

  function open(type: OpenPart['type']): string {
    const opened = isOpen ? '' : slot.open(item('in_progress'))
    isOpen = true
    if (part?.type === type) return opened
    const closed = closePart()
    part = { type, text: '', annotations: [], logprobs: [] }
    return opened + closed + emit('response.content_part.added', { ...place(), part: wirePart(part) })
  }

  function closePart(): string {
    if (part === null) return ''
    const { type, text, logprobs } = part
    const whole = wirePart(part)
    const isText = type === 'output_text'
    const said = isText
      ? emit('response.output_text.done', { ...place(), text, logprobs })
      : emit('response.refusal.done', { ...place(), refusal: text })
    const closed = said + emit('response.content_part.done', { ...place(), part: whole })
    content.push(whole)
    part = null
    return closed
  }

  return {
    kind: 'message',
    text(delta, logprobs) {
      const opened = open('output_text')
      if (part !== null) {
        part.text += delta
        part.logprobs.push(...logprobs)
      }
      return opened + emit('response.output_text.delta', { ...place(), delta, logprobs })
    },
    refusal(delta) {
      const opened = open('refusal')
      if (part !== null) part.text += delta
      return opened + emit('response.refusal.delta', { ...place(), delta })
    },
    annotate(annotation) {
      if (part?.type !== 'output_text') return ''
      part.annotations.push(annotation)
      return emit(ADDED, { ...place(), annotation_index: part.annotations.length - 1, annotation })
    },
    close: (status) => closePart() + slot.close(item(status)),
  }
}

const ADDED = 'response.output_text.annotation.added'

interface OpenPart {
  readonly type: 'output_text' | 'refusal'
  text: string
  readonly annotations: Json[]
  readonly logprobs: JsonObject[]
}

function wirePart({ type, text, annotations, logprobs }: OpenPart): JsonObject {
  return type === 'refusal' ? { type, refusal: text } : { type, annotations: [...annotations], logprobs: [...logprobs], text }
}
