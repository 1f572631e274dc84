import type { ChatEvent, JsonObject } from '@gateway/core'
import { objectOf } from '../json-fields.ts'
import { createBlockWriter, createCallWriter } from './block-writer.ts'
import type { CallEvent } from './block-writer.ts'
import { writeSealedThought } from './sealed-thought.ts'

/** What the model says, as opposed to what is said about it. */
export type ContentEvent =
  | CallEvent
  | Extract<ChatEvent, { type: 'text-delta' | 'refusal-delta' | 'reasoning-delta' | 'reasoning-signature' | 'opaque-delta' }>

/** Writes the content of a message, block by block. */
export interface ContentWriter {
  write(event: ContentEvent): string
  /** Writes what was held back, and stops the block that is open. */
  close(): string
}

export function createContentWriter(): ContentWriter {
  const blocks = createBlockWriter()
  const calls = createCallWriter(blocks)

  function writeSignature({ signature, encrypted, id }: Signature): string {
    const sealed = encrypted === undefined || id === undefined ? undefined : writeSealedThought({ id, encrypted })
    const isSealing = sealed !== undefined && signature === undefined && blocks.openType() === 'thinking'
    const words = isSealing ? sealed : signature
    const data = isSealing ? undefined : (sealed ?? encrypted)
    // What comes behind a signature is another thought, with a signature of its own.
    const thought = words === undefined ? '' : blocks.add(THINKING, { type: 'signature_delta', signature: words }) + blocks.close()
    return data === undefined ? thought : thought + blocks.open({ type: 'redacted_thinking', data }) + blocks.close()
  }

  function writeOpaque(value: JsonObject): string {
    if (value.type === 'content_block_start') return blocks.open(objectOf(value.content_block))
    if (value.type === 'content_block_stop') return blocks.close()
    const opening = blocks.openType() !== null ? '' : blocks.open(TEXT)
    return opening + blocks.delta(objectOf(value.delta))
  }

  return {
    write(event) {
      switch (event.type) {
        case 'tool-call-start':
        case 'tool-call-delta':
          return calls.write(event)
        case 'text-delta':
        case 'refusal-delta':
          return calls.flush() + blocks.add(TEXT, { type: 'text_delta', text: event.text })
        case 'reasoning-delta':
          return calls.flush() + blocks.add(THINKING, { type: 'thinking_delta', thinking: event.text })
        case 'reasoning-signature':
          return calls.flush() + writeSignature(event)
        case 'opaque-delta':
          return calls.flush() + writeOpaque(event.value)
      }
    },
    close: () => calls.flush() + blocks.close(),
  }
}

type Signature = Extract<ContentEvent, { type: 'reasoning-signature' }>

const TEXT = { type: 'text', text: '' } as const
const THINKING = { type: 'thinking', thinking: '', signature: '' } as const
