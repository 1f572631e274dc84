import { onlyChoice } from '../answer.ts'
import type { WireEvent } from '../wire.ts'
import { sse } from '../wire.ts'
import { contentPart, openBody, outputOf, responseBody } from './response-body.ts'
import type { Body, OutputItem, ResponseSpeech } from './response-body.ts'

/** The healthy stream: the answer opens, its items open and close one after the other, and it comes again as a whole. */
export function responseEvents(speech: ResponseSpeech): readonly WireEvent[] {
  const open = openBody(speech)
  const whole = responseBody(speech)
  const drafts = [
    draft('opening', 'response.created', { response: open }),
    draft('opening', 'response.in_progress', { response: open }),
    ...outputOf(speech).flatMap((item, index) => itemDrafts(item, { speech, index })),
    draft('finish', `response.${String(whole['status'])}`, { response: whole }),
  ]
  return drafts.map(({ kind, type, data }, index) => ({
    kind,
    text: sse({ type, ...data, sequence_number: index }, type),
    usage: kind === 'finish' ? speech.answer.usage : null,
  }))
}

/** An event before it has its number. */
interface Draft {
  readonly kind: WireEvent['kind']
  readonly type: string
  readonly data: Body
}

interface Place {
  readonly speech: ResponseSpeech
  readonly index: number
}

function draft(kind: Draft['kind'], type: string, data: Body): Draft {
  return { kind, type, data }
}

function itemDrafts(item: OutputItem, place: Place): readonly Draft[] {
  const at = { item_id: item.id, output_index: place.index }
  switch (item.type) {
    case 'reasoning':
      return framed(item, place, summaryDrafts(item, at, place.speech))
    case 'message':
      return framed(item, place, messageDrafts(at, place.speech))
    case 'function_call':
      return framed(item, place, callDrafts(item, at, place.speech))
  }
}

/** An item opens empty and closes full. */
function framed(item: OutputItem, { index }: Place, inner: readonly Draft[]): readonly Draft[] {
  const isCall = item.type === 'function_call'
  const empty = isCall ? { ...item, status: 'in_progress', arguments: '' } : { ...item, ...emptied(item) }
  return [
    draft(isCall ? 'token' : 'frame', 'response.output_item.added', { item: empty, output_index: index }),
    ...inner,
    draft('frame', 'response.output_item.done', { item, output_index: index }),
  ]
}

function emptied(item: OutputItem): Body {
  return item.type === 'reasoning' ? { summary: [] } : { status: 'in_progress', content: [] }
}

function summaryDrafts(item: OutputItem, at: Body, { answer }: ResponseSpeech): readonly Draft[] {
  if (!Array.isArray(item['summary']) || item['summary'].length === 0) return []
  const place = { ...at, summary_index: 0 }
  const text = answer.thought.join('')
  return [
    draft('frame', 'response.reasoning_summary_part.added', { ...place, part: { type: 'summary_text', text: '' } }),
    ...answer.thought.map((delta) => draft('token', 'response.reasoning_summary_text.delta', { ...place, delta, ...veil(delta) })),
    draft('frame', 'response.reasoning_summary_text.done', { ...place, text }),
    draft('frame', 'response.reasoning_summary_part.done', { ...place, part: { type: 'summary_text', text } }),
  ]
}

function messageDrafts(at: Body, speech: ResponseSpeech): readonly Draft[] {
  const place = { ...at, content_index: 0 }
  const part = contentPart(speech)
  const isRefusal = part['type'] === 'refusal'
  const name = isRefusal ? 'refusal' : 'output_text'
  const extra = isRefusal ? {} : { logprobs: [] }
  const said = isRefusal ? { refusal: part['refusal'] } : { text: part['text'] }
  const empty = isRefusal ? { ...part, refusal: '' } : { ...part, text: '' }
  return [
    draft('frame', 'response.content_part.added', { ...place, part: empty }),
    ...onlyChoice(speech.answer).tokens.map(({ text }) =>
      draft('token', `response.${name}.delta`, { ...place, delta: text, ...extra, ...veil(text) }),
    ),
    draft('frame', `response.${name}.done`, { ...place, ...said, ...extra }),
    draft('frame', 'response.content_part.done', { ...place, part }),
  ]
}

function callDrafts(item: OutputItem, at: Body, { answer }: ResponseSpeech): readonly Draft[] {
  const tokens = onlyChoice(answer).tokens.filter((token) => token.call?.id === item['call_id'] && !token.call?.isFirst)
  const pieces = tokens.map(({ text }) => draft('token', 'response.function_call_arguments.delta', { ...at, delta: text, ...veil(text) }))
  return [...pieces, draft('frame', 'response.function_call_arguments.done', { ...at, arguments: item['arguments'] })]
}

/** The vendor pads its deltas, so that nobody can guess a word from the length of a packet. */
function veil(delta: string): Body {
  return { obfuscation: 'x'.repeat(16 - (delta.length % 16)) }
}
