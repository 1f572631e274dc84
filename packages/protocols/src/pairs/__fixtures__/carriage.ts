import { isDeepStrictEqual } from 'node:util'
import type { ChatRequest } from '@gateway/core'
import { collect, readStream, writeStream } from './collect.ts'
import { harmlessIn } from './harmless.ts'
import { BASE_REPLY, eventsOf } from './reply-features.ts'
import type { ReplyFeature } from './reply-features.ts'
import type { RequestFeature } from './request-features.ts'
import { open, send, show } from './surfaces.ts'
import type { Pair } from './surfaces.ts'

/** What becomes of a feature on its way through a pair, found by sending it. */
export type Outcome =
  /** Whoever would have to say it has no words for it. */
  | { readonly kind: 'unsaid' }
  | { readonly kind: 'carried'; readonly warnings: readonly string[] }
  | { readonly kind: 'changed'; readonly warnings: readonly string[] }
  | { readonly kind: 'dropped'; readonly warnings: readonly string[] }
  /** Left out without a word, since nothing depends on it. */
  | { readonly kind: 'harmless'; readonly why: string }
  /** One word for another, by the table of words. */
  | { readonly kind: 'mapped'; readonly word: string }
  /** What must not be. */
  | { readonly kind: 'lost'; readonly said: unknown; readonly heard: unknown }

/** Rows about why a model stopped, which every protocol has its own closed list of words for. */
const FINISH = 'finish: '

/** Large enough for every budget of thoughts. */
const BASE_REQUEST: ChatRequest = {
  model: 'm',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
  isStreaming: false,
  maxOutputTokens: 64_000,
}

/** From a client's own body to what the vendor reads. */
export function requestOutcome(feature: RequestFeature, pair: Pair): Outcome {
  const { client } = pair
  const request = { ...BASE_REQUEST, ...feature.say(client.name) }
  const asked = open(client, client.protocol.writeRequest({ ...request, model: client.model }).value, request.isStreaming)
  const said = feature.hear(asked)
  if (!isDeepStrictEqual(said, feature.hear(request))) return { kind: 'unsaid' }
  const sent = send(pair.vendor, asked)
  return outcome({
    name: feature.name,
    pair,
    said,
    heard: feature.hear(sent.value),
    warnings: added(sent.warnings, usualRequestWarnings(pair)),
  })
}

/** From a vendor's own body to what the client reads. */
export function replyOutcome(feature: ReplyFeature, pair: Pair): Outcome {
  if (!isSaidBy(feature, pair)) return { kind: 'unsaid' }
  const reply = feature.say(pair.vendor.name)
  const answered = show(pair.vendor, reply).value
  const said = feature.hear(answered)
  if (!isDeepStrictEqual(said, feature.hear(reply))) return { kind: 'unsaid' }
  const shown = show(pair.client, answered)
  return outcome({ name: feature.name, pair, said, heard: feature.hear(shown.value), warnings: shown.warnings })
}

/** As `replyOutcome`, in a stream, whose headers are gone before anything could be reported. */
export function streamOutcome(feature: ReplyFeature, { client, vendor }: Pair): Outcome {
  if (!isSaidBy(feature, { client, vendor })) return { kind: 'unsaid' }
  const reply = feature.say(vendor.name)
  const events = readStream(vendor, writeStream(vendor, eventsOf(reply)))
  const said = feature.hear(collect(events))
  if (!isDeepStrictEqual(said, feature.hear(reply))) return { kind: 'unsaid' }
  const heard = feature.hear(collect(readStream(client, writeStream(client, events))))
  if (isDeepStrictEqual(said, heard)) return { kind: 'carried', warnings: [] }
  return feature.name.startsWith(FINISH) ? { kind: 'mapped', word: String(heard) } : { kind: 'dropped', warnings: [] }
}

function isSaidBy({ vendors }: ReplyFeature, { vendor }: Pair): boolean {
  return vendors === undefined || vendors.includes(vendor.name)
}

interface Passage {
  readonly name: string
  readonly pair: Pair
  readonly said: unknown
  readonly heard: unknown
  readonly warnings: readonly string[]
}

function outcome({ name, pair, said, heard, warnings }: Passage): Outcome {
  if (isDeepStrictEqual(said, heard)) return { kind: 'carried', warnings }
  if (warnings.some((warning) => warning.startsWith('dropped:'))) return { kind: 'dropped', warnings }
  if (warnings.length > 0) return { kind: 'changed', warnings }
  if (name.startsWith(FINISH)) return { kind: 'mapped', word: String(heard) }
  const why = harmlessIn(name, pair)
  return why === undefined ? { kind: 'lost', said, heard } : { kind: 'harmless', why }
}

function added(warnings: readonly string[], usual: readonly string[]): readonly string[] {
  return warnings.filter((warning) => !usual.includes(warning))
}

/** What is said of every request of this client. */
export function usualRequestWarnings({ client, vendor }: Pair): readonly string[] {
  const asked = open(client, client.protocol.writeRequest({ ...BASE_REQUEST, model: client.model }).value)
  return send(vendor, asked).warnings
}

/** What is said of every answer of this vendor. */
export function usualReplyWarnings({ client, vendor }: Pair): readonly string[] {
  return show(client, show(vendor, BASE_REPLY).value).warnings
}
