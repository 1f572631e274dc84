import type { JsonObject } from '@gateway/core'
import { compact } from '../compact.ts'
import type { ItemParts } from './output-slots.ts'
import { writeSeal } from './reasoning.ts'
import type { Seal } from './reasoning.ts'

/** Writes one thought of an answer: parts of its summary, and of its own words. */
export interface ThoughtWriter {
  readonly kind: 'thought'
  readonly id: string
  write(delta: string, isVerbatim: boolean): string
  /** What binds the thought to its vendor; said when the item is closed. */
  seal(sealed: Seal): string
  close(status: string): string
}

export function createThoughtWriter({ emit, slot, id }: ItemParts): ThoughtWriter {
  const summary: JsonObject[] = []
  const words: JsonObject[] = []
  let part: { readonly isVerbatim: boolean; text: string } | null = null
  let encrypted: string | undefined
  let isOpen = false

  const place = (isVerbatim: boolean): JsonObject => ({
    item_id: id,
    output_index: slot.index,
    ...(isVerbatim ? { content_index: words.length } : { summary_index: summary.length }),
  })

  function openItem(): string {
    if (isOpen) return ''
    isOpen = true
    return slot.open({ id, type: 'reasoning', summary: [] })
  }

  function open(isVerbatim: boolean): string {
    const opened = openItem()
    if (part?.isVerbatim === isVerbatim) return opened
    const closed = closePart()
    part = { isVerbatim, text: '' }
    return opened + closed + emit(EVENTS[nameOf(isVerbatim)].added, { ...place(isVerbatim), part: wirePart('', isVerbatim) })
  }

  function closePart(): string {
    if (part === null) return ''
    const { isVerbatim, text } = part
    const names = EVENTS[nameOf(isVerbatim)]
    const whole = wirePart(text, isVerbatim)
    const closed = emit(names.textDone, { ...place(isVerbatim), text }) + emit(names.done, { ...place(isVerbatim), part: whole })
    ;(isVerbatim ? words : summary).push(whole)
    part = null
    return closed
  }

  return {
    kind: 'thought',
    id,
    write(delta, isVerbatim) {
      const opened = open(isVerbatim)
      if (part !== null) part.text += delta
      return opened + emit(EVENTS[nameOf(isVerbatim)].delta, { ...place(isVerbatim), delta })
    },
    seal(sealed) {
      encrypted = writeSeal(sealed) ?? encrypted
      return openItem()
    },
    close() {
      const closed = closePart()
      const content = words.length > 0 ? words : undefined
      return closed + slot.close(compact({ id, type: 'reasoning', summary, content, encrypted_content: encrypted }))
    },
  }
}

const EVENTS = {
  summary: {
    added: 'response.reasoning_summary_part.added',
    delta: 'response.reasoning_summary_text.delta',
    textDone: 'response.reasoning_summary_text.done',
    done: 'response.reasoning_summary_part.done',
  },
  words: {
    added: 'response.content_part.added',
    delta: 'response.reasoning_text.delta',
    textDone: 'response.reasoning_text.done',
    done: 'response.content_part.done',
  },
} as const

function nameOf(isVerbatim: boolean): keyof typeof EVENTS {
  return isVerbatim ? 'words' : 'summary'
}

function wirePart(text: string, isVerbatim: boolean): JsonObject {
  return { type: isVerbatim ? 'reasoning_text' : 'summary_text', text }
}
