import { ReplyError } from '@gateway/core'
import type { AssistantPart, ChatReply, Choice, JsonObject, Written } from '@gateway/core'
import { compact } from '../compact.ts'
import { isJsonArray, objectOf, restOf, stringOf } from '../json-fields.ts'
import { createTranslation } from '../translation.ts'
import type { Translation } from '../translation.ts'
import { readAssistantBlock, writeAnswer } from './assistant.ts'
import { readBlocks } from './blocks.ts'
import { badReply, isErrorBody, judgeInside } from './judge-error.ts'
import { readStop, writeStop } from './stop-reason.ts'
import { COUNTS, readUsage, writeUsage } from './usage.ts'
import { PROTOCOL } from './wire.ts'

export function readReply(body: JsonObject): ChatReply {
  if (isErrorBody(body)) throw new ReplyError(judgeInside(body))
  if (!isJsonArray(body.content)) throw new ReplyError(badReply('malformed-reply'))
  const content = readContent(body)
  const wireUsage = objectOf(body.usage)
  const usage = readUsage(wireUsage)
  const stop = readStop(compact({ ...Object.fromEntries(STOP_FIELDS.map((field) => [field, body[field]])) })) ?? { reason: 'other' }
  const isSilent = content.length === 0 && (stop.reason === 'other' || stop.reason === 'stop' || stop.reason === 'tool-calls')
  // After results of tools Claude may end its turn without a word; those tokens are counted.
  if (isSilent && (stop.reason !== 'stop' || (usage.output?.tokens ?? 0) === 0)) throw new ReplyError(badReply('empty-reply'))
  const fields = restOf({ ...body, usage: restOf(wireUsage, COUNTS) }, REPLY_FIELDS)
  return compact({
    id: stringOf(body.id) ?? '',
    model: stringOf(body.model) ?? '',
    choices: [compact({ index: 0, content, finishReason: stop.reason, extras: stop.extras })],
    usage,
    extensions: fields === undefined ? undefined : { protocol: PROTOCOL, fields },
  })
}

/** The first choice: this protocol knows one answer only. */
export function writeReply(reply: ChatReply): Written<JsonObject> {
  const translation = createTranslation(PROTOCOL)
  const [choice, ...others] = reply.choices
  if (others.length > 0) translation.drop('choices')
  const isOwn = reply.extensions?.protocol === PROTOCOL
  if (!isOwn) for (const field of Object.keys(reply.extensions?.fields ?? {})) translation.drop(field)
  const { usage, ...fields } = isOwn ? (reply.extensions?.fields ?? {}) : {}
  const value = {
    id: reply.id,
    type: 'message',
    role: 'assistant',
    model: reply.model,
    ...writeChoice(choice ?? EMPTY, translation),
    usage: { ...objectOf(usage), ...writeUsage(reply.usage) },
    ...fields,
  }
  return { value, warnings: translation.warnings() }
}

const STOP_FIELDS = ['stop_reason', 'stop_sequence', 'stop_details'] as const
const REPLY_FIELDS: ReadonlySet<string> = new Set(['id', 'type', 'role', 'model', 'content', ...STOP_FIELDS])
const EMPTY: Choice = { index: 0, content: [], finishReason: 'other' }

function readContent(body: JsonObject): readonly AssistantPart[] {
  try {
    return readBlocks(body.content, 'content').map(readAssistantBlock)
  } catch (cause) {
    throw new ReplyError(badReply('malformed-reply'), { cause })
  }
}

function writeChoice({ content, finishReason, extras, logprobs }: Choice, translation: Translation): JsonObject {
  if (logprobs !== undefined) translation.drop('logprobs')
  // OpenAI's models stop as usual behind a refusal.
  const isRefusal = finishReason === 'stop' && content.some((part) => part.type === 'refusal')
  return {
    content: writeAnswer(content, translation),
    ...writeStop(isRefusal ? 'refusal' : finishReason, translation.ownExtras(extras)),
  }
}
