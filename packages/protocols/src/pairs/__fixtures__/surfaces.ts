import type { ChatProtocol, ChatReply, ChatRequest, JsonObject, Warning, WireRequest } from '@gateway/core'
import { anthropicMessages } from '../../anthropic-messages/index.ts'
import { gemini } from '../../gemini/index.ts'
import { parseObject } from '../../json-fields.ts'
import { openaiChat } from '../../openai-chat/index.ts'
import { openaiResponses } from '../../openai-responses/index.ts'

/** A protocol, and a model of the vendor who made it: what can be carried depends on both. */
export interface Surface {
  readonly name: SurfaceName
  readonly title: string
  readonly protocol: ChatProtocol
  readonly model: string
}

export type SurfaceName = 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini'

const BY_NAME = {
  'openai-chat': { name: 'openai-chat', title: 'Chat', protocol: openaiChat, model: 'gpt-5.1' },
  'openai-responses': { name: 'openai-responses', title: 'Responses', protocol: openaiResponses, model: 'gpt-5.1' },
  'anthropic-messages': { name: 'anthropic-messages', title: 'Messages', protocol: anthropicMessages, model: 'claude-sonnet-4-5' },
  gemini: { name: 'gemini', title: 'Gemini', protocol: gemini, model: 'gemini-3-pro' },
} as const satisfies Record<SurfaceName, Surface>

export const SURFACES: readonly Surface[] = Object.values(BY_NAME)

/** Who asks, and who answers. */
export interface Pair {
  readonly client: Surface
  readonly vendor: Surface
}

/** Each ordered pair of two different protocols. */
export const PAIRS: readonly Pair[] = SURFACES.flatMap((client) =>
  SURFACES.filter((vendor) => vendor !== client).map((vendor) => ({ client, vendor })),
)

export function pairTitle({ client, vendor }: Pair): string {
  return `${client.name} in front of ${vendor.name}`
}

/** What a server reads that gets this body, the way the HTTP surface reads it. */
export function open({ name, protocol, model }: Surface, body: JsonObject, isStreaming = body.stream === true): ChatRequest {
  const text = JSON.stringify(body)
  const wire: WireRequest = {
    protocol: name,
    bytes: new TextEncoder().encode(text),
    text,
    json: parseObject(text) ?? {},
    ...(name === 'gemini' && { address: { model, isStreaming } }),
  }
  return protocol.openRequest(wire).chat()
}

/** A body, what it was made of, and what was said of it. */
export interface Carried<T> {
  readonly value: T
  readonly body: JsonObject
  /** `dropped:logit_bias` */
  readonly warnings: readonly string[]
}

/** A request as this surface's vendor would understand it, written by the gateway. */
export function send(vendor: Surface, request: ChatRequest): Carried<ChatRequest> {
  const { value, warnings } = vendor.protocol.writeRequest({ ...request, model: vendor.model })
  const emulated = (request.emulated ?? []).map((field) => `emulated:${field}`)
  return {
    value: open(vendor, value, request.isStreaming),
    body: plain(value),
    warnings: [...emulated, ...warnings.map(warningText)],
  }
}

/** An answer as this surface's client would understand it, written by the gateway. */
export function show(client: Surface, reply: ChatReply): Carried<ChatReply> {
  const { value, warnings } = client.protocol.writeReply(reply)
  const body = plain(value)
  return { value: client.protocol.readReply(body), body, warnings: warnings.map(warningText) }
}

function warningText({ change, field }: Warning): string {
  return `${change}:${field}`
}

/** As it would come over a wire. */
export function plain(value: JsonObject): JsonObject {
  return parseObject(JSON.stringify(value)) ?? {}
}
