import { isJsonObject, ReplyError } from '@gateway/core'
import type { AssistantPart, ChatReply, Choice, JsonObject, Usage, Written } from '@gateway/core'
import { compact } from '../compact.ts'
import { isJsonArray, numberOf, objectOf, objectsOf, restOf, stringOf } from '../json-fields.ts'
import { createTranslation } from '../translation.ts'
import type { Translation } from '../translation.ts'
import { readAssistant, writeAssistant } from './assistant.ts'
import { findError } from './error-body.ts'
import { readFinishReason, writeFinishReason } from './finish-reason.ts'
import { judgeInside } from './judge-error.ts'
import { badReply } from '../upstream-failure.ts'
import { ownExtras } from './parts.ts'
import { withoutForeignTier } from './service-tier.ts'
import { readUsage, writeUsage } from './usage.ts'
import { PROTOCOL } from './wire.ts'

export function readReply(body: JsonObject): ChatReply {
  const error =
    findError(body) ??
    objectsOf(body.choices)
      .map(findError)
      .find((found) => found !== null)
  if (error) throw new ReplyError(judgeInside(error))
  if (!isJsonArray(body.choices)) throw new ReplyError(badReply('malformed-reply'))
  const id = stringOf(body.id) ?? ''
  const choices = readChoices(body, id)
  const usage = readUsage(body)
  if (choices.every((choice) => isEmpty(choice, usage))) throw new ReplyError(badReply('empty-reply'))
  const fields = restOf(body, REPLY_FIELDS)
  return compact({
    id,
    model: stringOf(body.model) ?? '',
    created: numberOf(body.created) || undefined,
    choices,
    usage,
    extensions: fields === undefined ? undefined : { protocol: PROTOCOL, fields },
  })
}

export function writeReply(reply: ChatReply): Written<JsonObject> {
  const translation = createTranslation(PROTOCOL)
  const usage = writeUsage(reply.usage)
  const riding = translation.ownExtensions(reply)
  const value = {
    ...withoutForeignTier(riding, translation),
    id: reply.id,
    object: 'chat.completion',
    created: reply.created ?? 0,
    model: reply.model,
    choices: reply.choices.map((choice) => writeChoice(choice, translation)),
    ...(usage && { usage }),
  }
  return { value, warnings: translation.warnings() }
}

const REPLY_FIELDS: ReadonlySet<string> = new Set(['id', 'object', 'created', 'model', 'choices', 'usage'])
const CHOICE_FIELDS: ReadonlySet<string> = new Set(['index', 'message', 'finish_reason', 'logprobs'])

function readChoices(body: JsonObject, id: string): readonly Choice[] {
  return objectsOf(body.choices).map((choice, position) => {
    const index = numberOf(choice.index) ?? position
    const naming = { idPrefix: `${id || 'call'}-${index}-`, functionCallId: `${id || 'call'}-${index}-function` }
    const { content, rest } = readMessage(choice, position, naming)
    const word = stringOf(choice.finish_reason) ?? ''
    const finishReason = readFinishReason(word)
    const extras = compact({
      ...restOf(choice, CHOICE_FIELDS),
      message: rest,
      finish_reason: finishReason === 'other' && word !== '' ? word : undefined,
    })
    return compact({
      index,
      content,
      finishReason,
      logprobs: choice.logprobs ?? undefined,
      extras: ownExtras(Object.keys(extras).length === 0 ? undefined : extras),
    })
  })
}

function readMessage(choice: JsonObject, position: number, naming: Parameters<typeof readAssistant>[2]): ReturnType<typeof readAssistant> {
  try {
    return readAssistant(objectOf(choice.message), `choices[${position}].message`, naming)
  } catch (cause) {
    throw new ReplyError(badReply('malformed-reply'), { cause })
  }
}

/**
 * Whether a choice says nothing and gives no reason for it. An answer that was cut by the limit (a reasoning model that
 * thought until the end) or by a filter is an answer, and so is a stop after tokens that were counted.
 */
function isEmpty(choice: Choice, usage: Usage): boolean {
  if (choice.content.length > 0) return false
  if (hasMedia(choice)) return false
  if (choice.finishReason === 'length' || choice.finishReason === 'content-filter') return false
  return choice.finishReason !== 'stop' || (usage.output?.tokens ?? 0) === 0
}

/** A spoken answer or a picture stands beside the content. */
function hasMedia(choice: Choice): boolean {
  const message = objectOf(objectOf(choice.extras?.[PROTOCOL]).message)
  return isJsonObject(message.audio) || objectsOf(message.images).length > 0
}

function writeChoice(choice: Choice, translation: Translation): JsonObject {
  const { message, finish_reason: _, ...rest } = translation.ownExtras(choice.extras)
  return {
    index: choice.index,
    message: { role: 'assistant', refusal: null, ...writeMessage(choice.content, translation), ...objectOf(message) },
    logprobs: choice.logprobs ?? null,
    finish_reason: writeFinishReason(choice.finishReason),
    ...rest,
  }
}

/** Clients read `content` of an answer as a string, so that several texts are one here. */
function writeMessage(parts: readonly AssistantPart[], translation: Translation): JsonObject {
  const written = writeAssistant(parts, translation)
  const content = written.content ?? null
  if (!isJsonArray(content)) return { ...written, content: content === '' ? null : content }
  for (const part of objectsOf(content))
    if (part.type !== 'text' && part.type !== 'refusal') translation.drop(stringOf(part.type) ?? 'content')
  const texts = objectsOf(content).map((part) => stringOf(part.text) ?? '')
  return { ...written, content: texts.join('') }
}
