import { wireUsage } from '../openai/completion.ts'
import { bare, chunkEvent } from '../openai/stream-events.ts'
import type { ChatPart, Chunk, ChunkChoice, StreamEvent } from '../openai/stream-events.ts'
import { healthyScript, streamScript, wholeScript } from '../scene.ts'
import type { Scene } from '../scene.ts'
import { pause, send } from '../script.ts'
import type { Script, Step } from '../script.ts'
import type { WireEvent } from '../wire.ts'
import type { Act, FaultEntry } from './entry.ts'
import { chatOnly, onChat } from './mid-stream-faults.ts'

/** An answer that is complete but written so that strict readers stumble. */
export type QuirkFault =
  | 'end-without-done'
  | 'invalid-utf8'
  | 'split-multibyte'
  | 'seven-byte-pieces'
  | 'wrong-content-type'
  | 'crlf-lines'
  | 'comments-first'
  | 'role-missing'
  | 'tool-index-from-one'
  | 'duplicate-finish'
  | 'duplicate-usage'
  | 'zero-usage-second'
  | 'usage-with-finish'
  | 'usage-on-every-chunk'
  | 'chunk-after-done'
  | 'id-changes'

export const QUIRK_FAULTS: Readonly<Record<QuirkFault, FaultEntry>> = {
  'end-without-done': {
    ...entry(
      'F13',
      'finish_reason (stop_reason), but no [DONE] (message_stop)',
      onEvents((events) => events.filter((event) => event.kind !== 'done')),
    ),
    on: ['openai-chat', 'openai-completions', 'anthropic', 'workers-ai'],
  },
  'invalid-utf8': entry('F8', 'a byte 0xFF in the text of the answer', (scene) => mapBytes(scene, (bytes) => [spoil(bytes)])),
  'split-multibyte': entry('F8', 'writes that end inside a character', (scene) => mapBytes(scene, splitCharacter)),
  'seven-byte-pieces': entry('F8', 'writes of seven bytes', (scene) => mapBytes(scene, inSevens)),
  'wrong-content-type': entry('F9', 'a stream called text/plain, JSON called text/event-stream', wrongContentType),
  'crlf-lines': entry('F14', 'lines that end in CRLF', (scene) => (scene.isStreamed ? mapBytes(scene, toCrlf) : healthyScript(scene))),
  'comments-first': {
    ...entry(
      'F14',
      'a dozen comments before any data',
      onEvents((events) => [...Array.from({ length: 12 }, () => bare('comment')), ...events]),
    ),
    on: ['openai-chat', 'openai-responses', 'openai-completions', 'anthropic', 'gemini', 'workers-ai'],
  },
  'role-missing': breaking(
    'no role in any delta',
    onChunks((events) => events.filter((event) => event.kind !== 'opening')),
  ),
  'tool-index-from-one': breaking(
    'tool_calls whose index starts at 1',
    onChunks((events) => events.map(shiftToolIndex)),
  ),
  'duplicate-finish': ofChat(
    'the finish chunk twice',
    onChunks((events) => twice(events, 'finish')),
  ),
  'duplicate-usage': ofChat(
    'the usage chunk twice',
    onChunks((events) => twice(events, 'usage')),
  ),
  'zero-usage-second': breaking(
    'a second usage chunk of 0/0/0',
    onChunks((events) => events.flatMap(withZeroUsage)),
  ),
  'usage-with-finish': ofChat('usage on the finish chunk, which has choices', onChunks(usageWithFinish)),
  'usage-on-every-chunk': ofChat('cumulative usage on every chunk', onChunks(cumulativeUsage)),
  'chunk-after-done': ofChat(
    'one more chunk after [DONE]',
    onChunks((events) => [...events, ...events.filter(isToken).slice(0, 1).map(uncounted)]),
  ),
  'id-changes': ofChat(
    'a different id on every chunk',
    onChunks((events) => events.map(withOwnId)),
  ),
}

function entry(family: FaultEntry['family'], says: string, act: Act): FaultEntry {
  return { family, says, act, whole: 'answers', streamed: 'answers' }
}

function ofChat(says: string, act: Act): FaultEntry {
  return chatOnly(entry('F14', says, act))
}

function breaking(says: string, act: Act): FaultEntry {
  return { ...ofChat(says, act), breaksClients: true }
}

/** Bends a stream; an answer in one piece has no such quirk and stays healthy. */
function onEvents(edit: (events: readonly WireEvent[]) => readonly WireEvent[]): Act {
  return (scene) => (scene.isStreamed ? streamScript(scene, edit(scene.events)) : healthyScript(scene))
}

/** The same, for what only a stream of chat chunks has. */
function onChunks(edit: (events: readonly StreamEvent[], chat: ChatPart) => readonly StreamEvent[]): Act {
  return onChat((scene, chat) => (scene.isStreamed ? streamScript(scene, edit(chat.events, chat)) : healthyScript(scene)))
}

function isToken(event: StreamEvent): boolean {
  return event.kind === 'token'
}

/** The same bytes, but no token or usage that counts: the client must not see it. */
function uncounted(event: StreamEvent): StreamEvent {
  return { ...event, kind: 'finish', usage: null }
}

function twice(events: readonly StreamEvent[], kind: StreamEvent['kind']): readonly StreamEvent[] {
  return events.flatMap((event) => (event.kind === kind ? [event, { ...event, usage: null }] : [event]))
}

function withChunk(event: StreamEvent, edit: (chunk: Chunk) => Chunk): StreamEvent {
  return event.chunk === null ? event : { ...chunkEvent(event.kind, edit(event.chunk)), usage: event.usage }
}

function withZeroUsage(event: StreamEvent): readonly StreamEvent[] {
  if (event.kind !== 'usage') return [event]
  const zero = wireUsage({ promptTokens: 0, completionTokens: 0, cachedTokens: 0, reasoningTokens: 0 })
  return [event, withChunk({ ...event, usage: null }, (chunk) => ({ ...chunk, usage: zero }))]
}

function usageWithFinish(events: readonly StreamEvent[]): readonly StreamEvent[] {
  const usage = events.find((event) => event.kind === 'usage')
  const last = events.findLastIndex((event) => event.kind === 'finish')
  if (usage === undefined) return events
  return events
    .filter((event) => event.kind !== 'usage')
    .map((event, index) =>
      index === last ? withChunk({ ...event, usage: usage.usage }, (chunk) => ({ ...chunk, usage: usage.chunk?.['usage'] })) : event,
    )
}

function cumulativeUsage(events: readonly StreamEvent[], { answer }: ChatPart): readonly StreamEvent[] {
  const asked = events.some((event) => event.kind === 'usage')
  if (!asked) return events
  const positions = events.filter(isToken)
  return events.map((event) => {
    const completionTokens = positions.indexOf(event) + 1
    const soFar = wireUsage({ ...answer.usage, completionTokens, reasoningTokens: 0 })
    return isToken(event) ? withChunk(event, (chunk) => ({ ...chunk, usage: soFar })) : event
  })
}

function withOwnId(event: StreamEvent, index: number): StreamEvent {
  return withChunk(event, (chunk) => ({ ...chunk, id: `${String(chunk['id'])}-${index}` }))
}

function shiftToolIndex(event: StreamEvent): StreamEvent {
  return withChunk(event, (chunk) => ({ ...chunk, choices: chunk.choices.map(shiftChoice) }))
}

function shiftChoice(choice: ChunkChoice): ChunkChoice {
  const calls = choice.delta.tool_calls
  if (calls === undefined) return choice
  return { ...choice, delta: { ...choice.delta, tool_calls: calls.map((call) => ({ ...call, index: call.index + 1 })) } }
}

function wrongContentType(scene: Scene): Script {
  if (!scene.isStreamed) return wholeScript(scene, scene.body, { 'content-type': 'text/event-stream' })
  const { steps } = healthyScript(scene)
  return { head: { status: 200, headers: { 'content-type': 'text/plain' } }, steps }
}

/** Rewrites the bytes of every step, possibly as several writes with a pause between them. */
function mapBytes(scene: Scene, edit: (bytes: Uint8Array) => readonly Uint8Array[]): Script {
  const healthy = healthyScript(scene)
  const steps = healthy.steps.flatMap((step) => (step.kind === 'send' ? inWrites(step, edit(step.bytes)) : [step]))
  const length = steps.reduce((sum, step) => sum + (step.kind === 'send' ? step.bytes.length : 0), 0)
  return scene.isStreamed ? { ...healthy, steps } : { ...wholeHead(length), steps }
}

function wholeHead(length: number): Pick<Script, 'head'> {
  return { head: { status: 200, headers: { 'content-type': 'application/json', 'content-length': String(length) } } }
}

function inWrites(step: Extract<Step, { kind: 'send' }>, pieces: readonly Uint8Array[]): readonly Step[] {
  const last = pieces.length - 1
  return pieces.flatMap((bytes, index) => (index === last ? [{ ...step, bytes }] : [send(bytes), { ...pause, ms: 1 }]))
}

// The first word of every answer's text: its first byte is replaced, so that the length stays right.
const SPOILED = new TextEncoder().encode('Simulated')

function spoil(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice()
  const at = copy.findIndex((_, index) => SPOILED.every((byte, offset) => copy[index + offset] === byte))
  if (at >= 0) copy[at] = 0xff
  return copy
}

function splitCharacter(bytes: Uint8Array): readonly Uint8Array[] {
  const at = bytes.findIndex((byte) => byte > 0x7f)
  return at < 0 ? [bytes] : [bytes.slice(0, at + 1), bytes.slice(at + 1)]
}

function inSevens(bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / 7) }, (_, index) => bytes.slice(index * 7, index * 7 + 7))
}

function toCrlf(bytes: Uint8Array): readonly Uint8Array[] {
  return [new TextEncoder().encode(new TextDecoder().decode(bytes).replaceAll(/\r?\n/g, '\r\n'))]
}
