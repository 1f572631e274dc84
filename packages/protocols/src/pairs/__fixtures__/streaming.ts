import type { ChatEvent } from '@gateway/core'
import { GatewayError } from '@gateway/core'
import { collect, readStream, writeStream } from './collect.ts'
import { BASE_REPLY, CALLS, eventsOf } from './reply-features.ts'
import type { Pair } from './surfaces.ts'

/** How a pair behaves while an answer is being made: true as it should, false otherwise, null where the vendor never does so. */
export interface Behaviour {
  readonly name: string
  readonly holds: (pair: Pair) => boolean | null
  /** Why it does not hold, by the protocol of the client. */
  readonly otherwise: string
}

const THOUGHT = { type: 'reasoning', text: 'Let me think about that for a while.' } as const
const TEXT = { type: 'text', text: 'One two three four five six.' } as const

export const BEHAVIOURS: readonly Behaviour[] = [
  { name: 'text goes on as it comes', holds: (pair) => isLive(pair, 'text-delta'), otherwise: 'whole' },
  { name: 'thoughts go on as they come', holds: (pair) => isLive(pair, 'reasoning-delta'), otherwise: 'whole' },
  {
    name: 'arguments go on as they come',
    holds: (pair) => isLive(pair, 'tool-call-delta'),
    otherwise: 'whole: the protocol has no piece of a call',
  },
  { name: 'calls that come interleaved are told apart', holds: tellsApart, otherwise: 'mixed' },
  { name: 'usage stands at the end', holds: hasUsage, otherwise: 'none' },
  { name: 'a stream that is cut ends in an error', holds: (pair) => endsInError(pair, 0.6), otherwise: 'looks like an end' },
  { name: 'an error in mid-stream ends in an error', holds: showsError, otherwise: 'looks like an end' },
]

const REPLY = { ...BASE_REPLY, choices: [{ index: 0, content: [THOUGHT, TEXT, ...CALLS], finishReason: 'tool-calls' }] } as const

/** Whether the client has heard a piece before the vendor has said the last one. */
function isLive({ client, vendor }: Pair, type: ChatEvent['type']): boolean | null {
  const events = readStream(vendor, writeStream(vendor, eventsOf(REPLY)))
  const last = events.findLastIndex((event) => event.type === type && !('call' in event && event.call > 0))
  const first = events.findIndex((event) => event.type === type)
  if (first === last) return null
  const heard = readStream(client, writeStream(client, events.slice(0, last)))
  return heard.some((event) => event.type === type)
}

/** Only these two let a vendor say two calls at once. */
function tellsApart({ client, vendor }: Pair): boolean | null {
  if (vendor.name !== 'openai-chat' && vendor.name !== 'openai-responses') return null
  const head = eventsOf(REPLY).filter(({ type }) => type === 'start')
  const tail = eventsOf(REPLY).filter(({ type }) => type === 'finish' || type === 'usage' || type === 'end')
  const calls = [0, 1].map((call) => eventsOf(REPLY).filter((event) => 'call' in event && event.call === call))
  const longest = Math.max(...calls.map(({ length }) => length))
  const mixed = Array.from({ length: longest }, (_, index) => calls.flatMap((call) => call.slice(index, index + 1))).flat()
  const events = readStream(vendor, writeStream(vendor, [...head, ...mixed, ...tail]))
  const heard = collect(readStream(client, writeStream(client, events))).choices[0]?.content ?? []
  return (
    JSON.stringify(heard.map((part) => (part.type === 'tool-call' ? [part.id, part.name, part.arguments] : []))) ===
    JSON.stringify(CALLS.map(({ id, name, arguments: json }) => [id, name, json]))
  )
}

function hasUsage({ client, vendor }: Pair): boolean {
  const events = readStream(vendor, writeStream(vendor, eventsOf(REPLY)))
  const { usage } = collect(readStream(client, writeStream(client, events)))
  return usage.input?.tokens === 100 && usage.output?.tokens === 50
}

function endsInError({ client, vendor }: Pair, share: number): boolean {
  const text = writeStream(vendor, eventsOf(REPLY))
  const events = readStream(vendor, text.slice(0, Math.floor(text.length * share)))
  return isFailure(client, events)
}

function showsError({ client, vendor }: Pair): boolean {
  const writer = vendor.protocol.writeStream({ wantsUsage: true })
  const said = eventsOf(REPLY)
    .slice(0, 4)
    .map((event) => writer.write(event))
  const text = said.join('') + writer.fail(new GatewayError('stream-interrupted', 'Overloaded.'), 503)
  return isFailure(client, readStream(vendor, text))
}

/** Whether a stream of these events ends for the client in an error, as the HTTP surface writes it. */
function isFailure(client: Pair['client'], events: readonly ChatEvent[]): boolean {
  if (events.at(-1)?.type !== 'error') return false
  const writer = client.protocol.writeStream({ wantsUsage: true })
  const written = events.map((event) => writer.write(event)).join('')
  const failed = written + writer.fail(new GatewayError('stream-interrupted', 'The stream broke off.'), 502)
  const heard = readStream(client, failed)
  return heard.at(-1)?.type === 'error' && !heard.some(({ type }) => type === 'end')
}
