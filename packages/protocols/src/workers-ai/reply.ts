import { GatewayError, ReplyError } from '@gateway/core'
import type { ChatReply, JsonObject, Written } from '@gateway/core'
import { isJsonArray, objectsOf } from '../json-fields.ts'
import { readReply as readChatReply, writeReply as writeChatReply } from '../openai-chat/reply.ts'
import { readReply as readResponsesReply } from '../openai-responses/reply.ts'
import { unwrap, wrap } from './envelope.ts'
import { badReply } from '../upstream-failure.ts'
import { readResult, writeResult } from './result.ts'

/** Newer models answer as OpenAI's chat does, gpt-oss also as its Responses API does, and the first ones `{ response }`. */
export function readReply(body: JsonObject): ChatReply {
  const result = unwrap(body)
  try {
    if (isJsonArray(result.choices)) return readChatReply(withMessages(result))
    if (isJsonArray(result.output)) return readResponsesReply(result)
    return readResult(result)
  } catch (cause) {
    if (cause instanceof GatewayError || cause instanceof RangeError) throw new ReplyError(badReply('malformed-reply'), { cause })
    throw cause
  }
}

/** As OpenAI's chat does, which can say the most; briefly where the model has no name, since such an answer came so. */
export function writeReply(reply: ChatReply): Written<JsonObject> {
  const { value, warnings } = reply.model === '' ? writeResult(reply) : writeChatReply(reply)
  return { value: wrap(value), warnings }
}

/** Some models answer a chat as a completion. */
function withMessages(result: JsonObject): JsonObject {
  const choices = objectsOf(result.choices).map((choice) =>
    choice.message === undefined && typeof choice.text === 'string'
      ? { ...choice, message: { role: 'assistant', content: choice.text } }
      : choice,
  )
  return { ...result, choices }
}
