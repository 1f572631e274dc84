import type { ChatRequest, Json, JsonObject } from '@gateway/core'
import { objectOf, objectsOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import type { WrittenThinking } from './thinking.ts'

/**
 * `thinking` where the rest of the request allows it. Claude does not think where it is made to call a tool, nor, with a budget,
 * while results of a turn come back that did not begin with a signed thought: a client of another protocol may not have kept it,
 * or another model made the turn. `messages` are as they were written.
 * Source: https://platform.claude.com/docs/en/build-with-claude/extended-thinking
 */
export function limitThinking(
  written: WrittenThinking,
  { request, messages }: { readonly request: ChatRequest; readonly messages: Json | undefined },
  translation: Translation,
): WrittenThinking {
  const { thinking, ...rest } = written
  if (!isThinking(written)) return written
  const isForced = request.toolChoice?.type === 'required' || request.toolChoice?.type === 'function'
  const isLost = thinking?.type === 'enabled' && isThoughtMissing(objectsOf(messages))
  if (!isForced && !isLost) return written
  translation.drop('thinking')
  return { ...rest, budgetTokens: 0 }
}

/** Whether the model is told to think. */
export function isThinking({ thinking }: WrittenThinking): boolean {
  return thinking !== undefined && thinking.type !== 'disabled'
}

function isThoughtMissing(messages: readonly JsonObject[]): boolean {
  const last = messages.findLastIndex(({ role }) => role === 'assistant')
  const isAtWork = messages.slice(last + 1).some(({ content }) => objectsOf(content).some(({ type }) => type === 'tool_result'))
  const { type } = objectOf(objectsOf(messages[last]?.content)[0])
  return last >= 0 && isAtWork && type !== 'thinking' && type !== 'redacted_thinking'
}
