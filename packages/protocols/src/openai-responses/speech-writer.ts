import type { ItemParts } from './output-slots.ts'
import { createMessageWriter } from './message-writer.ts'
import type { MessageWriter } from './message-writer.ts'
import { createThoughtWriter } from './thought-writer.ts'
import type { ThoughtWriter } from './thought-writer.ts'

/** Text and thoughts, of which one is open at a time: what begins another item closes it. */
export interface SpeechWriter {
  message(write: (writer: MessageWriter) => string): string
  /** A thought with another id than the open one is another thought. */
  thought(id: string | undefined, write: (writer: ThoughtWriter) => string): string
  /** Of the open message; nothing where none is open. */
  ofMessage(write: (writer: MessageWriter) => string): string
  close(status?: string): string
}

export function createSpeechWriter(begin: (prefix: 'msg' | 'rs', id?: string) => ItemParts): SpeechWriter {
  let current: MessageWriter | ThoughtWriter | null = null

  function close(status: string = 'completed'): string {
    const closed = current?.close(status) ?? ''
    current = null
    return closed
  }

  return {
    message(write) {
      if (current?.kind === 'message') return write(current)
      const closed = close()
      const writer = createMessageWriter(begin('msg'))
      current = writer
      return closed + write(writer)
    },
    thought(id, write) {
      if (current?.kind === 'thought' && (id === undefined || id === current.id)) return write(current)
      const closed = close()
      const writer = createThoughtWriter(begin('rs', id))
      current = writer
      return closed + write(writer)
    },
    ofMessage: (write) => (current?.kind === 'message' ? write(current) : ''),
    close,
  }
}
