import { GatewayError, isJsonObject, ReplyError } from '@gateway/core'
import type { AssistantPart, ChatReply, Choice, JsonObject, Usage, Written } from '@gateway/core'
import { callIds } from '../call-ids.ts'
import { compact } from '../compact.ts'
import { objectOf, objectsOf, restOf, stringOf } from '../json-fields.ts'
import { findError } from '../openai-chat/error-body.ts'
import { createTranslation } from '../translation.ts'
import type { Translation } from '../translation.ts'
import { readDoneReason, writeDoneReason } from './done-reason.ts'
import { ownExtras } from './extras.ts'
import { judgeInside } from './judge-error.ts'
import { badReply } from '../upstream-failure.ts'
import { readLogprobs, writeLogprobs } from './logprobs.ts'
import { readSaid } from './messages.ts'
import { writeSaid } from './messages-writer.ts'
import { readHead, writeTime } from './reply-head.ts'
import { readToolCalls } from './tool-calls.ts'
import { readUsage, USAGE_FIELDS, writeUsage } from './usage.ts'
import { PROTOCOL } from './wire.ts'

export function readReply(body: JsonObject): ChatReply {
  const error = findError(body)
  if (error !== null) throw new ReplyError(judgeInside(error))
  const message = messageOf(body)
  if (message === null || body.done === false) throw new ReplyError(badReply('malformed-reply'))
  const head = readHead(body)
  const usage = readUsage(body)
  const choice = readChoice(body, message, head.id)
  if (isEmpty(choice, usage)) throw new ReplyError(badReply('empty-reply'))
  const fields = compact({ ...restOf(body, REPLY_FIELDS), created_at: head.createdAt })
  return compact({
    id: head.id,
    model: head.model,
    created: head.created,
    choices: [choice],
    usage,
    extensions: Object.keys(fields).length === 0 ? undefined : { protocol: PROTOCOL, fields },
  })
}

/** One answer is all that the protocol can say: others are reported as dropped. */
export function writeReply(reply: ChatReply): Written<JsonObject> {
  const translation = createTranslation(PROTOCOL)
  const [choice = NO_CHOICE, ...others] = reply.choices
  if (others.length > 0) translation.drop('n')
  const riding = translation.ownExtensions(reply)
  const { message, done_reason: word } = translation.ownExtras(choice.extras)
  const value = {
    model: reply.model,
    created_at: writeTime(reply.created),
    message: { role: 'assistant', ...writeAnswer(choice, translation), ...objectOf(message) },
    done: true,
    done_reason: word ?? writeDoneReason(choice.finishReason),
    ...riding,
    ...writeUsage(reply.usage),
    ...compact({ logprobs: writeLogprobs(choice.logprobs) }),
  }
  return { value, warnings: translation.warnings() }
}

/** The message of an answer or a line; null where there is none. `/api/generate` says its text beside everything else. */
export function messageOf(body: JsonObject): JsonObject | null {
  if (isJsonObject(body.message)) return body.message
  if (typeof body.response !== 'string') return null
  return compact({ role: 'assistant', content: body.response, thinking: stringOf(body.thinking) })
}

/** The fields of an answer that are read into the language. */
export const REPLY_FIELDS: ReadonlySet<string> = new Set([
  'model',
  'created_at',
  'message',
  'response',
  'thinking',
  'done',
  'done_reason',
  'logprobs',
  ...USAGE_FIELDS,
])

const MESSAGE_FIELDS: ReadonlySet<string> = new Set(['role', 'content', 'thinking', 'tool_calls'])
const NO_CHOICE: Choice = { index: 0, content: [], finishReason: 'stop' }

function readChoice(body: JsonObject, message: JsonObject, replyId: string): Choice {
  const content = readContent(message, replyId)
  const word = stringOf(body.done_reason)
  const finishReason = readDoneReason(
    word,
    content.some((part) => part.type === 'tool-call'),
  )
  const extras = compact({ message: restOf(message, MESSAGE_FIELDS), done_reason: finishReason === 'other' ? word : undefined })
  return compact({ index: 0, content, finishReason, logprobs: readLogprobs(body.logprobs), extras: ownExtras(extras) })
}

function readContent(message: JsonObject, replyId: string): readonly AssistantPart[] {
  try {
    return [...readSaid(message, 'message'), ...readToolCalls(message, 'message', callIds(replyId))]
  } catch (cause) {
    if (cause instanceof GatewayError || cause instanceof RangeError) throw new ReplyError(badReply('malformed-reply'), { cause })
    throw cause
  }
}

/**
 * Whether an answer says nothing and gives no reason for it: `load` and `unload` are answers to a request without messages.
 * One that was cut by the limit while the model thought is an answer, and so is a stop after tokens that were counted.
 */
function isEmpty(choice: Choice, usage: Usage): boolean {
  if (choice.content.length > 0 || choice.finishReason === 'length') return false
  if (objectOf(choice.extras?.[PROTOCOL]).message !== undefined) return false
  return choice.finishReason !== 'stop' || (usage.output?.tokens ?? 0) === 0
}

/** Each call has its place in the answer. */
function writeAnswer(choice: Choice, translation: Translation): JsonObject {
  const said = writeSaid(choice.content, translation)
  const calls = objectsOf(said.tool_calls).map((call, index) => ({ ...call, function: { index, ...objectOf(call.function) } }))
  return { ...said, ...(calls.length > 0 && { tool_calls: calls }) }
}
