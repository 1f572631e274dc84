import { callsOf, onlyChoice } from '../answer.ts'
import type { AnswerCall, AnswerToken } from '../answer.ts'
import type { SaidUsage, WireEvent } from '../wire.ts'
import { signatureOf } from './check-thinking.ts'
import { callId, endOf, envelope, inputUsage, outputUsage, shownThought } from './message.ts'
import type { Speech } from './message.ts'

/** The healthy stream: a message opens, its blocks open and close one after the other, then why it ended, and the end. */
export function messageEvents(speech: Speech): readonly WireEvent[] {
  const choice = onlyChoice(speech.answer)
  const blocks = [
    ...(speech.answer.thought.length > 0 ? [thinkingBlock(speech)] : []),
    ...(choice.part === 'tool-calls' || choice.tokens.length === 0 ? [] : [textBlock(choice.tokens)]),
    ...callsOf(choice).map((call, index) => toolBlock(call, choice.tokens, index)),
  ]
  const [opening, ...rest] = blocks.flatMap((block, index) => numbered(block, index))
  return [start(speech), ...(opening === undefined ? [] : [opening]), PING, ...rest, end(speech), event('done', { type: 'message_stop' })]
}

type Data = Readonly<Record<string, unknown>> & { readonly type: string }

/** A block before it knows its place. */
interface BlockScript {
  readonly start: Data
  readonly deltas: readonly { readonly kind: WireEvent['kind']; readonly delta: Data }[]
}

function numbered(block: BlockScript, index: number): readonly WireEvent[] {
  const isTool = block.start.type === 'tool_use'
  return [
    event(isTool ? 'token' : 'frame', { type: 'content_block_start', index, content_block: block.start }),
    ...block.deltas.map(({ kind, delta }) => event(kind, { type: 'content_block_delta', index, delta })),
    event('frame', { type: 'content_block_stop', index }),
  ]
}

function thinkingBlock(speech: Speech): BlockScript {
  const shown = shownThought(speech)
  const pieces = shown === '' ? [] : speech.answer.thought
  return {
    start: { type: 'thinking', thinking: '', signature: '' },
    deltas: [
      ...pieces.map((thinking) => ({ kind: 'token' as const, delta: { type: 'thinking_delta', thinking } })),
      { kind: 'frame', delta: { type: 'signature_delta', signature: signatureOf(shown) } },
    ],
  }
}

function textBlock(tokens: readonly AnswerToken[]): BlockScript {
  return {
    start: { type: 'text', text: '' },
    deltas: tokens.map(({ text }) => ({ kind: 'token', delta: { type: 'text_delta', text } })),
  }
}

/** The first delta of a call is empty; a call without arguments has no delta at all. */
function toolBlock(call: AnswerCall, tokens: readonly AnswerToken[], index: number): BlockScript {
  const pieces = call.arguments === '{}' ? [] : tokens.filter((token) => token.call?.index === index)
  return {
    start: { type: 'tool_use', id: callId(call.id), name: call.name, input: {}, caller: { type: 'direct' } },
    deltas: pieces.map((piece) => ({
      kind: piece.text === '' ? 'frame' : 'token',
      delta: { type: 'input_json_delta', partial_json: piece.text },
    })),
  }
}

function start(speech: Speech): WireEvent {
  const usage = { ...inputUsage(speech), output_tokens: 1, service_tier: 'standard', inference_geo: 'not_available' }
  const message = { ...envelope(speech), content: [], stop_reason: null, stop_sequence: null, usage }
  return { ...event('opening', { type: 'message_start', message }), usage: { ...said(speech), completionTokens: 1, reasoningTokens: 0 } }
}

/** Usage is cumulative here: it says again what the start said. */
function end(speech: Speech): WireEvent {
  const { cache_creation: _, ...input } = inputUsage(speech)
  const data = { type: 'message_delta', delta: endOf(speech), usage: { ...input, ...outputUsage(speech) } }
  return { ...event('finish', data), usage: said(speech) }
}

function said({ answer }: Speech): SaidUsage {
  return answer.usage
}

const PING: WireEvent = { kind: 'comment', text: 'event: ping\ndata: {"type": "ping"}\n\n', usage: null }

/** The vendor pads its data with blanks, before the last brace. */
function event(kind: WireEvent['kind'], data: Data): WireEvent {
  const text = JSON.stringify(data)
  const padding = ' '.repeat((text.length * 7) % 16)
  return { kind, text: `event: ${data.type}\ndata: ${text.slice(0, -1)}${padding}}\n\n`, usage: null }
}
