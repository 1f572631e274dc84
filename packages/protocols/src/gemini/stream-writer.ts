import { mergeUsage } from '@gateway/core'
import type { ChatEvent, GatewayError, JsonObject, StreamWriteOptions, StreamWriter, Usage } from '@gateway/core'
import { compact } from '../compact.ts'
import { objectOf, stringOf } from '../json-fields.ts'
import { createTranslation } from '../translation.ts'
import { writeCreated } from './create-time.ts'
import { writeError } from './error.ts'
import { writeFinishReason } from './finish-reason.ts'
import { writeLogprobs } from './logprobs.ts'
import { writeAssistantPart } from './parts.ts'
import { isBlocked } from './prompt-feedback.ts'
import { writeUsage } from './usage.ts'
import { PROTOCOL } from './wire.ts'

/**
 * Chunks of `alt=sse`. Google has no piece of a call, so calls are held until they are whole: until the model says something
 * else or stops. Finish reasons stand on the last chunk, together with the usage, which Google's clients take from there
 * whether it was asked for or not.
 */
export function writeStream(_options: StreamWriteOptions): StreamWriter {
  const choices = new Map<number, ChoiceState>()
  let head: JsonObject = {}
  let usage: Usage = {}

  function stateOf(choice: number): ChoiceState {
    const known = choices.get(choice)
    if (known) return known
    const state = { calls: new Map<number, HeldCall>(), finish: null }
    choices.set(choice, state)
    return state
  }

  function say(event: ContentEvent): string {
    const state = stateOf(event.choice)
    const parts = writePart(event)
    if (parts.length === 0) return ''
    const held = takeCalls(state)
    const logprobsResult = event.type === 'text-delta' ? writeLogprobs(event.logprobs) : undefined
    const candidate = compact({ content: { parts: [...held, ...parts], role: 'model' }, index: event.choice, logprobsResult })
    return frame({ candidates: [candidate], ...head })
  }

  function end(): string {
    const ends = [...choices].flatMap(([choice, state]) => writeEnd(choice, state))
    const feedback = [...choices.values()].map(blockedPrompt).find((found) => found !== undefined)
    const usageMetadata = writeUsage(usage)
    const candidates = ends.length === 0 ? {} : { candidates: ends }
    return frame({ ...candidates, ...feedback, ...(usageMetadata && { usageMetadata }), ...head })
  }

  return {
    write(event) {
      switch (event.type) {
        case 'start':
          head = compact({ modelVersion: event.model || undefined, createTime: writeCreated(event.created), responseId: event.id || undefined })
          return ''
        case 'tool-call-start':
          stateOf(event.choice).calls.set(event.call, { start: event, text: '' })
          return ''
        case 'tool-call-delta':
          addArguments(stateOf(event.choice), event)
          return ''
        case 'finish':
          stateOf(event.choice).finish ??= event
          return ''
        case 'usage':
          usage = mergeUsage(usage, event.usage)
          return ''
        case 'end':
          return end()
        // The caller writes errors by `fail`; only their own model family can read signatures.
        case 'error':
        case 'reasoning-signature':
          return ''
        default:
          return say(event)
      }
    },
    fail: (error: GatewayError, status: number) => frame(writeError(error, status)),
  }
}

type CallStart = Extract<ChatEvent, { type: 'tool-call-start' }>
type CallDelta = Extract<ChatEvent, { type: 'tool-call-delta' }>
type Finish = Extract<ChatEvent, { type: 'finish' }>
type ContentEvent = Extract<ChatEvent, { type: 'text-delta' | 'refusal-delta' | 'reasoning-delta' | 'opaque-delta' }>

interface HeldCall {
  readonly start: CallStart
  text: string
}

interface ChoiceState {
  readonly calls: Map<number, HeldCall>
  finish: Finish | null
}

function frame(value: JsonObject): string {
  return `data: ${JSON.stringify(value)}\r\n\r\n`
}

function addArguments({ calls }: ChoiceState, event: CallDelta): void {
  const call = calls.get(event.call)
  if (call) call.text += event.arguments
}

/** Calls in the order of their positions, which the held ones are in already. */
function takeCalls({ calls }: ChoiceState): readonly JsonObject[] {
  const parts = [...calls.values()].flatMap(({ start: { id, name, kind, signature }, text }) =>
    writeAssistantPart(compact({ type: 'tool-call', id, name, kind, signature, arguments: text } as const), createTranslation(PROTOCOL)),
  )
  calls.clear()
  return parts
}

function writePart(event: ContentEvent): readonly JsonObject[] {
  const translation = createTranslation(PROTOCOL)
  switch (event.type) {
    case 'text-delta':
      return writeAssistantPart(compact({ type: 'text', text: event.text, extras: event.extras } as const), translation)
    case 'refusal-delta':
      return writeAssistantPart({ type: 'refusal', text: event.text }, translation)
    case 'reasoning-delta':
      return writeAssistantPart(compact({ type: 'reasoning', text: event.text, extras: event.extras } as const), translation)
    case 'opaque-delta':
      return writeAssistantPart({ type: 'opaque', protocol: event.protocol, value: event.value }, translation)
  }
}

/** The last chunk's candidate. Google's own has a part even where nothing is left to say. */
function writeEnd(choice: number, state: ChoiceState): readonly JsonObject[] {
  if (blockedPrompt(state) !== undefined) return []
  const calls = takeCalls(state)
  const { finishReason, ...extras } = objectOf(state.finish?.extras?.[PROTOCOL])
  const word = stringOf(finishReason) ?? writeFinishReason(state.finish?.reason ?? 'stop')
  return [{ content: { parts: calls.length > 0 ? calls : [{ text: '' }], role: 'model' }, finishReason: word, index: choice, ...extras }]
}

/** The feedback on a prompt that was blocked, which stands in place of a candidate. */
function blockedPrompt({ finish }: ChoiceState): JsonObject | undefined {
  const { promptFeedback } = objectOf(finish?.extras?.[PROTOCOL])
  return isBlocked(promptFeedback) ? compact({ promptFeedback }) : undefined
}
