import { mergeUsage } from '@gateway/core'
import type { ChatEvent, FinishReason, Json, JsonObject, StreamWriteOptions, StreamWriter, Usage } from '@gateway/core'
import { objectOf } from '../json-fields.ts'
import { createEmitter } from './emitter.ts'
import { writeError } from './error.ts'
import { writeFinish } from './finish.ts'
import { createOutputWriter } from './output-writer.ts'
import type { OutputWriter } from './output-writer.ts'
import { createItemIds, responseObject } from './response-object.ts'
import type { ResponseHead } from './response-object.ts'
import { writeUsage } from './usage.ts'

/**
 * Events in the vendor's order, each with its name and its number. Usage stands in the last one, asked or not. A response says
 * one answer: what belongs to others is left out.
 */
export function writeStream(_options: StreamWriteOptions): StreamWriter {
  const emit = createEmitter()
  let head: ResponseHead = { id: '', createdAt: 0, model: '' }
  let output: OutputWriter | undefined
  let usage: Usage = {}
  let reason: FinishReason | undefined

  const snapshot = (fields: JsonObject): JsonObject =>
    responseObject(head, { output: output?.items() ?? [], usage: writeUsage(usage), ...fields })

  function open(): string {
    if (output !== undefined) return ''
    output = createOutputWriter(emit, createItemIds(head.id))
    const response = responseObject(head, {})
    return emit('response.created', { response }) + emit('response.in_progress', { response })
  }

  function end(): string {
    const opened = open()
    const finish = writeFinish(reason ?? (output?.hasCalls() === true ? 'tool-calls' : 'stop'))
    const closed = output?.close(finish.status) ?? ''
    return opened + closed + emit(`response.${finish.status}`, { response: snapshot({ ...finish }) })
  }

  function write(event: ChatEvent): string {
    switch (event.type) {
      case 'start':
        head = { id: event.id, createdAt: event.created ?? 0, model: event.model }
        return open()
      case 'finish':
        if (event.choice === 0) reason ??= event.reason
        return ''
      case 'usage':
        usage = mergeUsage(usage, event.usage)
        return ''
      case 'end':
        return end()
      // The caller writes errors by `fail`.
      case 'error':
        return ''
      default:
        return event.choice === 0 ? open() + (output?.write(event) ?? '') : ''
    }
  }

  return {
    write,
    fail(error, status) {
      const body = objectOf(writeError(error, status).error)
      const { code = null, message = '', param = null } = body
      const response = snapshot({ status: 'failed', error: { code: failureCode(code), message } })
      // Some clients heed the one event alone, some the other; the vendor sends both.
      return emit('error', { code, message, param, error: body }) + emit('response.failed', { response })
    },
  }
}

/** The vendor's list is closed; of what a gateway has to say it knows two. */
function failureCode(code: Json): Json {
  return code === 'rate_limit_exceeded' ? code : 'server_error'
}
