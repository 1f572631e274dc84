import { ReplyError } from '@gateway/core'
import type { AssistantPart, ChatReply, Choice, JsonObject, Usage, Written } from '@gateway/core'
import { compact } from '../compact.ts'
import { isJsonArray, numberOf, objectsOf, restOf, stringOf } from '../json-fields.ts'
import { findError } from '../openai-chat/error-body.ts'
import { judgeInside } from '../openai-chat/judge-error.ts'
import { badReply } from '../upstream-failure.ts'
import { readUsage, writeUsage } from '../openai-chat/usage.ts'
import { createTranslation } from '../translation.ts'
import type { Translation } from '../translation.ts'
import { readFinishReason, writeFinishReason } from './finish-reason.ts'
import { readLogprobs, writeLogprobs } from './logprobs.ts'
import { PROTOCOL } from './wire.ts'

export function readReply(body: JsonObject): ChatReply {
  const error = findError(body)
  if (error) throw new ReplyError(judgeInside(error))
  if (!isJsonArray(body.choices)) throw new ReplyError(badReply('malformed-reply'))
  const usage = readUsage(body)
  const choices = objectsOf(body.choices).map(readChoice)
  if (choices.every((choice) => isEmpty(choice, usage))) throw new ReplyError(badReply('empty-reply'))
  const fields = restOf(body, REPLY_FIELDS)
  return compact({
    id: stringOf(body.id) ?? '',
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
  const value = {
    ...translation.ownExtensions(reply),
    id: reply.id,
    object: 'text_completion',
    created: reply.created ?? 0,
    model: reply.model,
    choices: reply.choices.map((choice) => writeChoice(choice, translation)),
    ...(usage && { usage }),
  }
  return { value, warnings: translation.warnings() }
}

const REPLY_FIELDS: ReadonlySet<string> = new Set(['id', 'object', 'created', 'model', 'choices', 'usage'])
const CHOICE_FIELDS: ReadonlySet<string> = new Set(['index', 'text', 'finish_reason', 'logprobs'])

function readChoice(choice: JsonObject, position: number): Choice {
  const text = stringOf(choice.text) ?? ''
  const word = stringOf(choice.finish_reason) ?? ''
  const finishReason = readFinishReason(word)
  const rest = { ...restOf(choice, CHOICE_FIELDS), ...(finishReason === 'other' && word !== '' && { finish_reason: word }) }
  return compact({
    index: numberOf(choice.index) ?? position,
    content: text === '' ? [] : [{ type: 'text', text } as const],
    finishReason,
    logprobs: readLogprobs(choice.logprobs),
    extras: Object.keys(rest).length === 0 ? undefined : { [PROTOCOL]: rest },
  })
}

/** Whether a choice says nothing and gives no reason for it. */
function isEmpty(choice: Choice, usage: Usage): boolean {
  if (choice.content.length > 0 || choice.finishReason === 'length' || choice.finishReason === 'content-filter') return false
  return choice.finishReason !== 'stop' || (usage.output?.tokens ?? 0) === 0
}

function writeChoice(choice: Choice, translation: Translation): JsonObject {
  const { finish_reason: _, ...rest } = translation.ownExtras(choice.extras)
  return {
    ...rest,
    text: choice.content.map((part) => partText(part, translation)).join(''),
    index: choice.index,
    logprobs: writeLogprobs(choice.logprobs),
    finish_reason: writeFinishReason(choice.finishReason),
  }
}

function partText(part: AssistantPart, translation: Translation): string {
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
    case 'tool-call':
      translation.drop('tool_calls')
      return ''
    case 'opaque':
      translation.drop(stringOf(part.value.type) ?? part.protocol)
      return ''
  }
}
