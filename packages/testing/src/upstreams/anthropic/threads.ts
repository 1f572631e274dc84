import * as z from 'zod/mini'
import { parseJson } from '../prompt.ts'

/** Conversations that the server keeps, so that a client sends only what is new (beta `message-threads-2026-08-12`). */
export interface Threads {
  /** The body with all that went before it; `null` where the server does not know what went before. */
  unfold(body: string): string | null
  /** Keeps a conversation under the id of its last answer, where its client asked for that. */
  keep(id: string, body: string, content: unknown): void
  clear(): void
}

export function createThreads(): Threads {
  const kept = new Map<string, Conversation>()
  return {
    unfold: (body) => {
      const request = threaded.safeParse(parseJson(body)).data
      if (request?.thread.type !== 'continue') return body
      const before = kept.get(request.thread.previous_message_id ?? '')
      return before === undefined ? null : JSON.stringify({ ...before, ...request, messages: [...before.messages, ...request.messages] })
    },
    keep: (id, body, content) => {
      const request = threaded.safeParse(parseJson(body)).data
      if (request === undefined) return
      kept.set(id, { ...request, messages: [...request.messages, { role: 'assistant', content }] })
    },
    clear: () => kept.clear(),
  }
}

interface Conversation {
  readonly messages: readonly unknown[]
}

const threaded = z.looseObject({
  messages: z.array(z.unknown()),
  thread: z.looseObject({ type: z.string(), previous_message_id: z.optional(z.string()) }),
})
