import { ReplyError } from '@gateway/core'
import type { AssistantPart, ChatReply, Choice, Json, JsonObject, Written } from '@gateway/core'
import { compact } from '../compact.ts'
import { isJsonArray, numberOf, objectOf, objectsOf, restOf, stringOf } from '../json-fields.ts'
import { createTranslation } from '../translation.ts'
import { dropUsageOf } from '../unknown-usage.ts'
import { readAssistantItem } from './assistant.ts'
import { failureIn } from './error.ts'
import { badReply } from '../upstream-failure.ts'
import { isContentType, ownExtras, readOpaque } from './extras.ts'
import { readFinish, writeFinish } from './finish.ts'
import { writeItems } from './items.ts'
import { readLogprobs, writeLogprobs } from './logprobs.ts'
import { createItemIds, REPEATED_FIELDS, responseObject } from './response-object.ts'
import { readUsage, writeUsage } from './usage.ts'
import { PROTOCOL } from './wire.ts'

export function readReply(body: JsonObject): ChatReply {
  const failure = failureIn(body)
  if (failure !== null) throw new ReplyError(failure)
  if (!isJsonArray(body.output)) throw new ReplyError(badReply('malformed-reply'))
  const choice = readChoice(body)
  const usage = readUsage(body.usage)
  if (isEmpty(choice, usage.output?.tokens ?? 0)) throw new ReplyError(badReply('empty-reply'))
  const fields = restOf(body, REPLY_FIELDS)
  return compact({
    id: stringOf(body.id) ?? '',
    model: stringOf(body.model) ?? '',
    created: numberOf(body.created_at) || undefined,
    choices: [choice],
    usage,
    extensions: fields === undefined ? undefined : { protocol: PROTOCOL, fields },
  })
}

/** A response says one answer: others are reported as dropped. */
export function writeReply(reply: ChatReply): Written<JsonObject> {
  const translation = createTranslation(PROTOCOL)
  const [choice = NO_CHOICE, ...others] = reply.choices
  if (others.length > 0) translation.drop('n')
  dropUsageOf(['inputAudio', 'outputAudio', 'inputImage', 'outputImage'], reply.usage, translation)
  const { status } = translation.ownExtras(choice.extras)
  const finish = { ...writeFinish(choice.finishReason), ...(status !== undefined && { status }) }
  const audience = { kind: 'client', nextId: createItemIds(reply.id) } as const
  const output = markLast(writeItems(choice.content, audience, translation), finish.status)
  const head = { id: reply.id, createdAt: reply.created ?? 0, model: reply.model }
  const value = responseObject(head, {
    ...translation.ownExtensions(reply),
    ...finish,
    output: withLogprobs(output, choice.logprobs),
    usage: writeUsage(reply.usage),
  })
  return { value, warnings: translation.warnings() }
}

const REPLY_FIELDS: ReadonlySet<string> = new Set([...REPEATED_FIELDS, 'id', 'object', 'model', 'created_at', 'status', 'output', 'usage'])

const NO_CHOICE: Choice = { index: 0, content: [], finishReason: 'stop' }

function readChoice(body: JsonObject): Choice {
  const output = isJsonArray(body.output) ? body.output : []
  const content = readOutput(output)
  const { reason, status } = readFinish(
    body,
    content.some((part) => part.type === 'tool-call'),
  )
  return compact({
    index: 0,
    content,
    finishReason: reason,
    logprobs: readLogprobs(logprobsIn(output)),
    extras: ownExtras(status === undefined ? undefined : { status }),
  })
}

/** The items of an answer as parts. One that cannot be read rides along unread: it has been paid for. */
function readOutput(output: readonly Json[]): readonly AssistantPart[] {
  return objectsOf(output).flatMap((item) => {
    try {
      return readAssistantItem(item, 'output')
    } catch {
      return [readOpaque(isContentType(stringOf(item.type) ?? '') ? { type: 'unknown', item } : item)]
    }
  })
}

/** Whether an answer says nothing and gives no reason for it. One that is still being made says nothing yet. */
function isEmpty(choice: Choice, outputTokens: number): boolean {
  if (choice.content.length > 0) return false
  return choice.finishReason === 'stop' && outputTokens === 0
}

/** Those of all texts, one after the other. */
function logprobsIn(output: readonly Json[]): readonly Json[] {
  return objectsOf(output)
    .flatMap((item) => objectsOf(item.content))
    .flatMap((part) => (isJsonArray(part.logprobs) ? part.logprobs : []))
}

/** They belong to the texts of an answer together; nobody says which is whose, so that the first text has them. */
function withLogprobs(output: readonly JsonObject[], logprobs: Json | undefined): readonly JsonObject[] {
  const written = writeLogprobs(logprobs)
  const position = output.findIndex((item) => item.type === 'message' && objectsOf(item.content)[0]?.type === 'output_text')
  const message = output[position]
  if (message === undefined || written.length === 0) return output
  const [text, ...others] = objectsOf(message.content)
  return output.with(position, { ...message, content: [{ ...objectOf(text), logprobs: written }, ...others] })
}

/** An answer that was cut was cut in its last item. Items of custom tools know no such state to the vendor's clients. */
function markLast(output: readonly JsonObject[], status: Json): readonly JsonObject[] {
  const last = output.at(-1)
  if (status !== 'incomplete' || (last?.type !== 'message' && last?.type !== 'function_call')) return output
  return [...output.slice(0, -1), { ...last, status }]
}
