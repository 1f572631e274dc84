import type { ChatEvent, JsonObject } from '@gateway/core'
import { isJsonArray, objectsOf, stringOf } from '../json-fields.ts'
import { createChunkReader } from '../openai-chat/chunk-events.ts'
import { createToolCallReader } from '../openai-chat/tool-call-events.ts'
import type { ToolCallReader } from '../openai-chat/tool-call-events.ts'
import { readUsage } from '../openai-chat/usage.ts'
import { fingerprint } from './fingerprint.ts'
import { readFinish, responseText } from './result.ts'
import { nestCall } from './tool-calls.ts'

/** Turns the chunks of one stream into events: those of OpenAI's chat, and those that say `{ response }`. */
export interface StreamChunks {
  /** `data` is the text of the chunk. */
  read(chunk: JsonObject, data: string): readonly ChatEvent[]
  /** The terminal event has come: what is still to be said before the end, or why this is none. */
  close(): readonly ChatEvent[] | 'truncated-stream' | 'empty-reply'
  /** Whether the answer is complete even if the terminal event never comes. */
  isFinished(): boolean
}

export function createStreamChunks(): StreamChunks {
  const chat = createChunkReader()
  const brief = createBriefReader()
  let isChat = false
  let isStarted = false

  /** A stream that mixes both kinds still begins once. */
  function once(events: readonly ChatEvent[]): readonly ChatEvent[] {
    const wanted = isStarted ? events.filter(({ type }) => type !== 'start') : events
    isStarted ||= events.length > 0
    return wanted
  }

  return {
    read(chunk, data) {
      if (!isJsonArray(chunk.choices)) return once(brief.read(chunk, data))
      isChat = true
      return once(chat.read(withDeltas(chunk)))
    },
    close() {
      if (!isChat) return brief.close()
      return chat.isFinished() ? [] : 'truncated-stream'
    },
    isFinished: () => (isChat ? chat.isFinished() : brief.isFinished()),
  }
}

interface BriefReader {
  read(chunk: JsonObject, data: string): readonly ChatEvent[]
  close(): readonly ChatEvent[] | 'empty-reply'
  isFinished(): boolean
}

/** Chunks that say `{ response, tool_calls, usage }`. Why the answer ended most of them never say. */
function createBriefReader(): BriefReader {
  let tools: ToolCallReader | null = null
  let isSaid = false
  let hasCalls = false
  let isFinished = false

  /** The first chunk gives the answer its id. */
  function open(data: string): { readonly calls: ToolCallReader; readonly start: readonly ChatEvent[] } {
    if (tools !== null) return { calls: tools, start: [] }
    const id = `workers-ai-${fingerprint(data)}`
    tools = createToolCallReader(0, id)
    return { calls: tools, start: [{ type: 'start', id, model: '' }] }
  }

  function finish(word: string | undefined): readonly ChatEvent[] {
    if (isFinished) return []
    isFinished = true
    const { finishReason: reason, ...extras } = readFinish(word, hasCalls)
    return [{ type: 'finish', choice: 0, reason, ...extras }]
  }

  return {
    read(chunk, data) {
      const { calls, start } = open(data)
      const text = responseText(chunk.response)
      const called = calls.read({ tool_calls: objectsOf(chunk.tool_calls).map(nestCall) })
      const usage = readUsage(chunk)
      hasCalls ||= called.length > 0
      isSaid ||= hasCalls || text !== '' || (usage.output?.tokens ?? 0) > 0
      const word = stringOf(chunk.finish_reason)
      return [
        ...start,
        ...(text === '' ? [] : [{ type: 'text-delta', choice: 0, text } as const]),
        ...called,
        ...(word ? finish(word) : []),
        ...(Object.keys(usage).length === 0 ? [] : [{ type: 'usage', usage } as const]),
      ]
    },
    close: () => (isSaid || isFinished ? finish(undefined) : 'empty-reply'),
    isFinished: () => isFinished,
  }
}

/** Some models answer a chat as a completion. */
function withDeltas(chunk: JsonObject): JsonObject {
  const choices = objectsOf(chunk.choices).map((choice) =>
    choice.delta === undefined && typeof choice.text === 'string' ? { ...choice, delta: { content: choice.text } } : choice,
  )
  return { ...chunk, choices }
}
