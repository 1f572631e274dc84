import { endpointFailure, judgeStatus, type UpstreamFailure } from '../failure.ts'
import type { ChatEvent } from '../language/chat-event.ts'
import type { ChatReply } from '../language/chat-reply.ts'
import { fromChat, type WireRequest } from '../model-request.ts'
import { ReplyError, type ChatProtocol, type StreamPart } from '../protocol.ts'

/** A protocol of the fewest words: one event of the neutral language a line, a `ChatReply` as a whole answer, an `UpstreamFailure` as an error. */
export const lineProtocol: ChatProtocol = {
  name: 'lines',
  openRequest: (wire) => ({ ...fromChat(lineProtocol.readRequest(wire.json)), wire }),
  readRequest: (body) => parse(JSON.stringify(body)),
  writeRequest: (request) => ({ value: parse(JSON.stringify(request)), warnings: [{ change: 'dropped', field: 'seed' }] }),
  passRequest: (wire, target) => JSON.stringify({ ...wire.json, model: target.model, asksForUsage: target.canAskForUsage }),
  readReply(body) {
    const reply: ChatReply & { readonly failure?: UpstreamFailure } = parse(JSON.stringify(body))
    if (reply.failure) throw new ReplyError(reply.failure)
    return reply
  },
  writeReply: (reply) => ({ value: parse(JSON.stringify(reply)), warnings: [] }),
  readStream: () => lineReader(),
  writeStream: () => ({ write: (event) => line(event), fail: (error) => `${JSON.stringify({ code: error.code })}\n` }),
  readError({ status, text }) {
    const said: Partial<UpstreamFailure> = text.startsWith('{') ? parse(text) : {}
    return { ...judgeStatus(status), status, message: `Status ${status}.`, ...said }
  },
  writeError: (error) => ({ code: error.code }),
}

/** A request as it came over the wire of `lineProtocol`. */
export function lineWire(json: WireRequest['json']): WireRequest {
  const text = JSON.stringify(json)
  return { protocol: 'lines', bytes: new TextEncoder().encode(text), text, json }
}

export function line(event: ChatEvent): string {
  return `${JSON.stringify(event)}\n`
}

function lineReader(): ReturnType<ChatProtocol['readStream']> {
  let rest = ''
  let hasEnded = false
  return {
    read(chunk) {
      const lines = (rest + new TextDecoder().decode(chunk)).split('\n')
      rest = lines.pop() ?? ''
      const events = lines.filter((text) => text.startsWith('{')).map((text): ChatEvent => parse(text))
      hasEnded ||= events.some((event) => event.type === 'end' || event.type === 'error')
      const passed = lines.filter((text) => !text.includes('"type":"error"')).map((text) => `${text}\n`)
      return { bytes: new TextEncoder().encode(passed.join('')), events }
    },
    end(): StreamPart {
      const failure = endpointFailure('truncated-stream', 'The upstream ended its stream before the answer was complete.')
      return { bytes: new Uint8Array(), events: hasEnded ? [] : [{ type: 'error', failure }] }
    },
  }
}

function parse<T>(text: string): T {
  return JSON.parse(text)
}
