import { mergeUsage } from '@gateway/core'
import type { AssistantPart, ChatEvent, ChatReply, FinishReason, JsonObject, Usage } from '@gateway/core'
import type { Surface } from './surfaces.ts'

/** What a client has who read a stream to its end. Throws where it ended in an error. */
export function collect(events: readonly ChatEvent[]): ChatReply {
  const choices = new Map<number, Gathered>()
  let [head, usage]: [Pick<ChatReply, 'id' | 'model' | 'created'>, Usage] = [{ id: '', model: '' }, {}]
  for (const event of events) {
    if (event.type === 'error') throw new Error(event.failure.message)
    if (event.type === 'start') head = { id: event.id, model: event.model, ...(event.created !== undefined && { created: event.created }) }
    if (event.type === 'usage') usage = mergeUsage(usage, event.usage)
    if (!('choice' in event)) continue
    const gathered = choices.get(event.choice) ?? { content: [], calls: [], finishReason: 'other' }
    choices.set(event.choice, gathered)
    gather(gathered, event)
  }
  return {
    ...head,
    choices: [...choices].map(([index, { content, finishReason, extras, logprobs }]) => ({
      index,
      content,
      finishReason,
      ...(extras && { extras }),
      ...(logprobs && { logprobs }),
    })),
    usage,
  }
}

/** All that a surface reads of bytes that come in pieces of this size. */
export function readStream({ protocol }: Surface, text: string, size = 1000): readonly ChatEvent[] {
  const reader = protocol.readStream({ stripUsage: false })
  const bytes = new TextEncoder().encode(text)
  const events: ChatEvent[] = []
  for (let start = 0; start < bytes.length; start += size) events.push(...reader.read(bytes.slice(start, start + size)).events)
  return [...events, ...reader.end().events]
}

export function writeStream({ protocol }: Surface, events: readonly ChatEvent[]): string {
  const writer = protocol.writeStream({ wantsUsage: true })
  return events.map((event) => writer.write(event)).join('')
}

interface Gathered {
  readonly content: AssistantPart[]
  /** Where in the content each call stands. */
  readonly calls: number[]
  finishReason: FinishReason
  extras?: JsonObject
  logprobs?: JsonObject
}

type ChoiceEvent = Extract<ChatEvent, { readonly choice: number }>

function gather(gathered: Gathered, event: ChoiceEvent): void {
  const { content, calls } = gathered
  switch (event.type) {
    case 'text-delta':
      addText(gathered, event)
      break
    case 'refusal-delta':
      append(content, { type: 'refusal', text: event.text })
      break
    case 'reasoning-delta':
      append(content, { type: 'reasoning', text: event.text, ...(event.isVerbatim && { isVerbatim: true }) })
      break
    case 'reasoning-signature':
      seal(content, event)
      break
    case 'tool-call-start': {
      const { type: _, choice: __, call, ...head } = event
      calls[call] = content.push({ type: 'tool-call', ...head, arguments: '' }) - 1
      break
    }
    case 'tool-call-delta':
      addArguments(gathered, event)
      break
    case 'opaque-delta':
      content.push({ type: 'opaque', protocol: event.protocol, value: event.value })
      break
    case 'finish':
      gathered.finishReason = event.reason
      if (event.extras) gathered.extras = event.extras
  }
}

function addText(gathered: Gathered, { text, extras, logprobs }: Extract<ChoiceEvent, { readonly type: 'text-delta' }>): void {
  if (logprobs !== undefined) gathered.logprobs = { all: logprobs }
  append(gathered.content, { type: 'text', text, ...(extras && { extras }) })
}

/** Words go on where the last were of their kind; what is sealed is whole. */
function append(content: AssistantPart[], part: Extract<AssistantPart, { readonly type: 'text' | 'refusal' | 'reasoning' }>): void {
  const last = content.at(-1)
  if (last?.type === part.type && !isSealed(last)) content.splice(-1, 1, { ...last, text: last.text + part.text })
  else content.push(part)
}

function seal(content: AssistantPart[], event: Extract<ChoiceEvent, { readonly type: 'reasoning-signature' }>): void {
  const { type: _, choice: __, ...signed } = event
  const last = content.at(-1)
  if (last?.type === 'reasoning' && !isSealed(last)) content.splice(-1, 1, { ...last, ...signed })
  else content.push({ type: 'reasoning', text: '', ...signed })
}

function isSealed(part: AssistantPart): boolean {
  return part.type === 'reasoning' && (part.signature !== undefined || part.encrypted !== undefined)
}

function addArguments({ content, calls }: Gathered, event: Extract<ChoiceEvent, { readonly type: 'tool-call-delta' }>): void {
  const position = calls[event.call] ?? -1
  const call = content[position]
  if (call?.type === 'tool-call') content[position] = { ...call, arguments: call.arguments + event.arguments }
}
