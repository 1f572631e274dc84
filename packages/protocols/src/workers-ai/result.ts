import { ReplyError } from '@gateway/core'
import type { AssistantPart, ChatReply, Choice, FinishReason, Json, JsonObject, Written } from '@gateway/core'
import { callIds } from '../call-ids.ts'
import { compact } from '../compact.ts'
import { isJsonArray, restOf, stringOf } from '../json-fields.ts'
import { readFinishReason, writeFinishReason } from '../openai-chat/finish-reason.ts'
import { readUsage, writeUsage } from '../openai-chat/usage.ts'
import { createTranslation } from '../translation.ts'
import type { Translation } from '../translation.ts'
import { ownExtras } from './extras.ts'
import { fingerprint } from './fingerprint.ts'
import { badReply } from '../upstream-failure.ts'
import { readToolCalls, writeToolCall } from './tool-calls.ts'
import { PROTOCOL } from './wire.ts'

/** `{ response, tool_calls, usage }`: no id, no model, and mostly no word of why it ended. Throws `ReplyError` for what says nothing. */
export function readResult(result: JsonObject): ChatReply {
  if (!('response' in result) && !isJsonArray(result.tool_calls)) throw new ReplyError(badReply('malformed-reply'))
  const id = `workers-ai-${fingerprint(JSON.stringify(result))}`
  const content = readContent(result, id)
  const usage = readUsage(result)
  const finish = readFinish(stringOf(result.finish_reason), content.some(isCall))
  const isSaid = content.length > 0 || finish.finishReason === 'length' || (usage.output?.tokens ?? 0) > 0
  if (!isSaid) throw new ReplyError(badReply('empty-reply'))
  const fields = restOf(result, RESULT_FIELDS)
  return compact({
    id,
    model: '',
    choices: [{ index: 0, content, ...finish }],
    usage,
    extensions: fields === undefined ? undefined : { protocol: PROTOCOL, fields },
  })
}

/** One answer is all that a result can say: others are reported as dropped. */
export function writeResult(reply: ChatReply): Written<JsonObject> {
  const translation = createTranslation(PROTOCOL)
  const [choice = NO_CHOICE, ...others] = reply.choices
  if (others.length > 0) translation.drop('n')
  if (choice.logprobs !== undefined) translation.drop('logprobs')
  const usage = writeUsage(reply.usage)
  const value = { ...translation.ownExtensions(reply), ...writeChoice(choice, translation), ...(usage && { usage }) }
  return { value, warnings: translation.warnings() }
}

/** What `response` says as a text: JSON mode makes it an object, and a model that answers a number makes it a number. */
export function responseText(response: Json | undefined): string {
  if (response === undefined || response === null) return ''
  return typeof response === 'string' ? response : JSON.stringify(response)
}

/** Why an answer ended. Where it does not say so, its calls do. */
export function readFinish(word: string | undefined, hasCalls: boolean): Pick<Choice, 'finishReason' | 'extras'> {
  if (!word || word === 'stop') return { finishReason: untold(hasCalls) }
  const finishReason = readFinishReason(word)
  return compact({ finishReason, extras: ownExtras(finishReason === 'other' ? { finish_reason: word } : undefined) })
}

const RESULT_FIELDS: ReadonlySet<string> = new Set(['response', 'tool_calls', 'usage', 'finish_reason'])
const NO_CHOICE: Choice = { index: 0, content: [], finishReason: 'stop' }

function untold(hasCalls: boolean): FinishReason {
  return hasCalls ? 'tool-calls' : 'stop'
}

function isCall(part: AssistantPart): boolean {
  return part.type === 'tool-call'
}

function readContent(result: JsonObject, id: string): readonly AssistantPart[] {
  const text = responseText(result.response)
  return [...(text === '' ? [] : [{ type: 'text', text } as const]), ...readToolCalls(result.tool_calls, 'tool_calls', callIds(id))]
}

function writeChoice({ content, finishReason, extras }: Choice, translation: Translation): JsonObject {
  const calls = content.flatMap((part) => (part.type === 'tool-call' ? [writeToolCall(part, translation)] : []))
  const word = translation.ownExtras(extras).finish_reason ?? writeFinishReason(finishReason)
  return {
    response: content.map((part) => writeText(part, translation)).join(''),
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(finishReason !== untold(calls.length > 0) && { finish_reason: word }),
  }
}

function writeText(part: AssistantPart, translation: Translation): string {
  switch (part.type) {
    case 'text':
      translation.ownExtras(part.extras)
      return part.text
    case 'refusal':
      translation.change('emulated', 'refusal')
      return part.text
    case 'reasoning':
      translation.drop('reasoning')
      return ''
    case 'opaque':
      translation.drop(stringOf(part.value.type) ?? part.protocol)
      return ''
    case 'tool-call':
      return ''
  }
}
