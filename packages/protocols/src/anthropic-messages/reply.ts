import { ReplyError } from '@gateway/core'
import type { AssistantPart, ChatReply, Choice, FinishReason, JsonObject, Usage, Written } from '@gateway/core'
import { compact } from '../compact.ts'
import { isJsonArray, objectOf, restOf, stringOf } from '../json-fields.ts'
import { createTranslation } from '../translation.ts'
import type { Translation } from '../translation.ts'
import { dropUsageOf } from '../unknown-usage.ts'
import { readAssistantBlock, writeAnswer } from './assistant.ts'
import { readBlocks } from './blocks.ts'
import { isErrorBody, judgeInside } from './judge-error.ts'
import { badReply } from '../upstream-failure.ts'
import { readStop, writeStop } from './stop-reason.ts'
import type { Said } from './stop-reason.ts'
import { COUNTS, readUsage, writeUsage } from './usage.ts'
import { PROTOCOL } from './wire.ts'

export function readReply(body: JsonObject): ChatReply {
  if (isErrorBody(body)) throw new ReplyError(judgeInside(body))
  if (!isJsonArray(body.content)) throw new ReplyError(badReply('malformed-reply'))
  const content = readContent(body)
  const usage = readUsage(objectOf(body.usage))
  const { stop_reason, stop_sequence, stop_details } = body
  const { reason, extras } = readStop(compact({ stop_reason, stop_sequence, stop_details }), saidIn(content)) ?? { reason: 'other' }
  if (content.length === 0 && isSilence(reason, usage)) throw new ReplyError(badReply('empty-reply'))
  const fields = restOf({ ...body, usage: restOf(objectOf(body.usage), COUNTS) }, REPLY_FIELDS)
  return compact({
    id: stringOf(body.id) ?? '',
    model: stringOf(body.model) ?? '',
    choices: [compact({ index: 0, content, finishReason: reason, extras })],
    usage,
    extensions: fields === undefined ? undefined : { protocol: PROTOCOL, fields },
  })
}

/** The first choice: this protocol knows one answer only. */
export function writeReply(reply: ChatReply): Written<JsonObject> {
  const translation = createTranslation(PROTOCOL)
  const [choice, ...others] = reply.choices
  if (others.length > 0) translation.drop('n')
  dropUsageOf(['inputAudio', 'outputAudio', 'inputImage', 'outputImage'], reply.usage, translation)
  const { usage, ...fields } = translation.ownExtensions(reply)
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

const REPLY_FIELDS: ReadonlySet<string> = new Set([
  'id',
  'type',
  'role',
  'model',
  'content',
  'stop_reason',
  'stop_sequence',
  'stop_details',
])
const EMPTY: Choice = { index: 0, content: [], finishReason: 'other' }

/** After results of tools Claude may end its turn without a word: an answer all the same, whose tokens are counted. */
function isSilence(reason: FinishReason, usage: Usage): boolean {
  if (reason === 'stop') return (usage.output?.tokens ?? 0) === 0
  return reason === 'other' || reason === 'tool-calls'
}

function readContent(body: JsonObject): readonly AssistantPart[] {
  try {
    return readBlocks(body.content, 'content').map(readAssistantBlock)
  } catch (cause) {
    throw new ReplyError(badReply('malformed-reply'), { cause })
  }
}

function writeChoice({ content, finishReason, extras, logprobs }: Choice, translation: Translation): JsonObject {
  if (logprobs !== undefined) translation.drop('logprobs')
  const own = translation.ownExtras(extras)
  return { content: writeAnswer(content, translation), ...writeStop(finishReason, own, saidIn(content)) }
}

function saidIn(content: readonly AssistantPart[]): Said {
  return {
    hasCalls: content.some((part) => part.type === 'tool-call'),
    hasRefusal: content.some((part) => part.type === 'refusal'),
  }
}
