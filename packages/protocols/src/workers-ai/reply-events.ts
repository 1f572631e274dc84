import type { AssistantPart, ChatEvent, ChatReply, Choice } from '@gateway/core'
import { compact } from '../compact.ts'

/** A whole answer as the events of a stream: some models answer whole although they were asked to stream. */
export function eventsOf(reply: ChatReply): readonly ChatEvent[] {
  const { id, model, created, usage, choices } = reply
  return [
    compact({ type: 'start', id, model, created }),
    ...choices.flatMap(choiceEvents),
    ...(Object.keys(usage).length === 0 ? [] : [{ type: 'usage', usage } as const]),
    { type: 'end' },
  ]
}

function choiceEvents({ index, content, finishReason, logprobs }: Choice): readonly ChatEvent[] {
  let call = 0
  const said = content.flatMap((part) => {
    const events = partEvents(part, index, call)
    if (part.type === 'tool-call') call += 1
    return events.map((event) => (event.type === 'text-delta' ? compact({ ...event, logprobs }) : event))
  })
  return [...said, { type: 'finish', choice: index, reason: finishReason }]
}

function partEvents(part: AssistantPart, choice: number, call: number): readonly ChatEvent[] {
  switch (part.type) {
    case 'text':
      return [{ type: 'text-delta', choice, text: part.text }]
    case 'refusal':
      return [{ type: 'refusal-delta', choice, text: part.text }]
    case 'reasoning': {
      const { text, isVerbatim, id, signature, encrypted } = part
      const hasSignature = signature !== undefined || encrypted !== undefined
      return [
        compact({ type: 'reasoning-delta', choice, text, isVerbatim }),
        ...(hasSignature ? [compact({ type: 'reasoning-signature', choice, signature, encrypted, id })] : []),
      ]
    }
    case 'opaque':
      return [{ type: 'opaque-delta', choice, protocol: part.protocol, value: part.value }]
    case 'tool-call':
      return [
        compact({ type: 'tool-call-start', choice, call, id: part.id, name: part.name, kind: part.kind, signature: part.signature }),
        { type: 'tool-call-delta', choice, call, arguments: part.arguments },
      ]
  }
}
