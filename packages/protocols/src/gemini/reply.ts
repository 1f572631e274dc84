import { GatewayError, isJsonObject, ReplyError } from '@gateway/core'
import type { ChatReply, Choice, JsonObject, Usage, Written } from '@gateway/core'
import { compact } from '../compact.ts'
import { isJsonArray, objectOf, objectsOf, restOf, stringOf } from '../json-fields.ts'
import { createTranslation } from '../translation.ts'
import { dropUsageOf } from '../unknown-usage.ts'
import { readCandidate, toChoice, writeCandidate } from './candidate.ts'
import { readCreated, writeCreated } from './create-time.ts'
import { findError } from './error-body.ts'
import { ownExtras } from './extras.ts'
import { camelFields } from './field-names.ts'
import type { NameCall } from './function-call.ts'
import { judgeInside } from './judge-error.ts'
import { badReply } from '../upstream-failure.ts'
import { isBlocked } from './prompt-feedback.ts'
import { readUsage, restOfUsage, writeUsage } from './usage.ts'
import { PROTOCOL } from './wire.ts'

export function readReply(body: JsonObject): ChatReply {
  const error = findError(body)
  if (error) throw new ReplyError(judgeInside(error))
  const fields = camelFields(body)
  const id = stringOf(fields.responseId) ?? ''
  const usage = readUsage(fields.usageMetadata)
  const choices = readChoices(fields, id)
  if (choices.every((choice) => isEmpty(choice, usage))) throw new ReplyError(badReply('empty-reply'))
  const riding = readRiding(fields)
  return compact({
    id,
    model: stringOf(fields.modelVersion) ?? '',
    created: readCreated(fields.createTime),
    choices,
    usage,
    extensions: riding === undefined ? undefined : { protocol: PROTOCOL, fields: riding },
  })
}

export function writeReply(reply: ChatReply): Written<JsonObject> {
  const translation = createTranslation(PROTOCOL)
  const { usageMetadata, ...riding } = translation.ownExtensions(reply)
  const usage = writeUsage(reply.usage)
  dropUsageOf(['cacheWrite'], reply.usage, translation)
  const value = {
    ...writeChoices(reply.choices, (choice) => writeCandidate(choice, translation)),
    ...(usage && { usageMetadata: { ...usage, ...objectOf(usageMetadata) } }),
    ...compact({
      modelVersion: reply.model || undefined,
      createTime: writeCreated(reply.created),
      responseId: reply.id || undefined,
    }),
    ...riding,
  }
  return { value, warnings: translation.warnings() }
}

const REPLY_FIELDS: ReadonlySet<string> = new Set(['candidates', 'usageMetadata', 'modelVersion', 'responseId'])

/** A prompt that was blocked has no candidates: that is an answer, and its reason is a filter's. */
function readChoices(fields: JsonObject, id: string): readonly Choice[] {
  const candidates = objectsOf(fields.candidates)
  if (candidates.length > 0) return readCandidates(candidates, id)
  const { promptFeedback } = fields
  if (isBlocked(promptFeedback)) {
    return [compact({ index: 0, content: [], finishReason: 'content-filter', extras: ownExtras({ promptFeedback }) })]
  }
  if (isJsonArray(fields.candidates) || isJsonObject(fields.usageMetadata)) return []
  throw new ReplyError(badReply('malformed-reply'))
}

function readCandidates(candidates: readonly JsonObject[], replyId: string): readonly Choice[] {
  try {
    return candidates.map((candidate, position) => toChoice(readCandidate(candidate, position, (index) => countCalls(replyId, index))))
  } catch (cause) {
    if (cause instanceof GatewayError || cause instanceof RangeError) throw new ReplyError(badReply('malformed-reply'), { cause })
    throw cause
  }
}

/** Ids for calls that have none: stable for one answer, and different from those of any other. */
export function countCalls(replyId: string, choice: number): NameCall {
  let calls = 0
  return ({ id }) => {
    calls += 1
    return id ?? `${replyId || 'call'}-${choice}-${calls - 1}`
  }
}

/** A stop without a word after tokens that were counted (thoughts) is an answer; so is an end that names its reason. */
function isEmpty(choice: Choice, usage: Usage): boolean {
  if (choice.content.length > 0) return false
  if (choice.finishReason === 'stop') return (usage.output?.tokens ?? 0) === 0
  return choice.finishReason === 'other' && objectOf(choice.extras?.[PROTOCOL]).finishReason === undefined
}

/** Fields that the language has no word for. */
function readRiding(fields: JsonObject): JsonObject | undefined {
  const { createTime, promptFeedback, ...rest } = restOf(fields, REPLY_FIELDS) ?? {}
  const riding = compact({
    ...rest,
    createTime: writeCreated(readCreated(createTime)) === createTime ? undefined : createTime,
    promptFeedback: isBlocked(promptFeedback) && objectsOf(fields.candidates).length === 0 ? undefined : promptFeedback,
    usageMetadata: restOfUsage(fields.usageMetadata),
  })
  return Object.keys(riding).length === 0 ? undefined : riding
}

/** Candidates, or the feedback on a prompt that was blocked. */
function writeChoices(choices: readonly Choice[], write: (choice: Choice) => JsonObject): JsonObject {
  const [first] = choices
  const { promptFeedback } = objectOf(first?.extras?.[PROTOCOL])
  const isBlockedPrompt = choices.length === 1 && first?.content.length === 0 && isBlocked(promptFeedback)
  return isBlockedPrompt ? compact({ promptFeedback }) : { candidates: choices.map(write) }
}
