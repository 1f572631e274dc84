import type { ChatEvent, JsonObject } from '@gateway/core'
import { compact } from '../compact.ts'
import { objectOf, stringOf } from '../json-fields.ts'
import { createTranslation } from '../translation.ts'
import { writeFinishReason } from './finish-reason.ts'
import { writeLogprobs } from './logprobs.ts'
import { writeAnswerPart } from './parts.ts'
import { isBlocked } from './prompt-feedback.ts'
import { writeSealEvent } from './sealed-thought.ts'
import { PROTOCOL } from './wire.ts'

/** Writes one answer of a stream. */
export interface ChoiceWriter {
  /** Calls are held until they are whole, since Google has no piece of one. */
  startCall(event: CallStart): void
  addArguments(event: CallDelta): void
  /** The candidate of a chunk, with what was held; null for what Google has no word for, and for nothing. */
  say(event: ContentEvent): JsonObject | null
  finish(event: Finish): void
  /** What stands on the last chunk: the candidate's end, or the feedback on a prompt that was blocked. */
  end(): { readonly candidate: JsonObject } | { readonly promptFeedback: JsonObject }
}

export type ContentEvent = Extract<
  ChatEvent,
  { type: 'text-delta' | 'refusal-delta' | 'reasoning-delta' | 'reasoning-signature' | 'opaque-delta' }
>
type CallStart = Extract<ChatEvent, { type: 'tool-call-start' }>
type CallDelta = Extract<ChatEvent, { type: 'tool-call-delta' }>
type Finish = Extract<ChatEvent, { type: 'finish' }>

export function createChoiceWriter(index: number): ChoiceWriter {
  const calls = new Map<number, HeldCall>()
  let finish: Finish | null = null

  function takeCalls(): readonly JsonObject[] {
    const parts = [...calls.values()].flatMap(writeCall)
    calls.clear()
    return parts
  }

  return {
    startCall: (event) => void calls.set(event.call, { start: event, text: '' }),
    addArguments(event) {
      const call = calls.get(event.call)
      if (call) call.text += event.arguments
    },
    say(event) {
      const parts = writePart(event).filter(isSaid)
      if (parts.length === 0) return null
      const logprobsResult = event.type === 'text-delta' ? writeLogprobs(event.logprobs) : undefined
      return compact({ content: { parts: [...takeCalls(), ...parts], role: 'model' }, index, logprobsResult })
    },
    finish: (event) => void (finish ??= event),
    end() {
      const { finishReason, promptFeedback, ...extras } = objectOf(finish?.extras?.[PROTOCOL])
      if (isBlocked(promptFeedback)) return { promptFeedback: objectOf(promptFeedback) }
      const held = takeCalls()
      // Google's own last chunk has a part even where nothing is left to say.
      const parts = held.length > 0 ? held : [{ text: '' }]
      const word = stringOf(finishReason) ?? writeFinishReason(finish?.reason ?? 'stop')
      return { candidate: { content: { parts, role: 'model' }, finishReason: word, index, ...extras } }
    },
  }
}

interface HeldCall {
  readonly start: CallStart
  text: string
}

function writeCall({ start: { id, name, kind, signature, extras }, text }: HeldCall): readonly JsonObject[] {
  const part = compact({ type: 'tool-call', id, name, kind, signature, extras, arguments: text } as const)
  return writeAnswerPart(part, createTranslation(PROTOCOL))
}

function writePart(event: ContentEvent): readonly JsonObject[] {
  const translation = createTranslation(PROTOCOL)
  switch (event.type) {
    case 'text-delta':
      return writeAnswerPart(compact({ type: 'text', text: event.text, extras: event.extras } as const), translation)
    case 'refusal-delta':
      return writeAnswerPart({ type: 'refusal', text: event.text }, translation)
    case 'reasoning-delta':
      return writeAnswerPart(compact({ type: 'reasoning', text: event.text, extras: event.extras } as const), translation)
    case 'reasoning-signature': {
      const seal = writeSealEvent(event)
      return seal === null ? [] : [seal]
    }
    case 'opaque-delta':
      return writeAnswerPart({ type: 'opaque', protocol: event.protocol, value: event.value }, translation)
  }
}

/** False for an empty text, with which other protocols open an answer. One that carries a signature says something. */
function isSaid({ text, thought: _, ...others }: JsonObject): boolean {
  return text !== '' || Object.keys(others).length > 0
}
