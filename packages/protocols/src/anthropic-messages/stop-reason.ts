import type { FinishReason, JsonObject } from '@gateway/core'
import { restOf, stringOf } from '../json-fields.ts'
import { ownExtras } from './blocks.ts'

/** Source: https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons */
const READ: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool-calls'],
  ['pause_turn', 'pause'],
  ['refusal', 'refusal'],
])

/** The list is closed, and clients check it: what it has no word for becomes the nearest. */
const WRITTEN = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
  refusal: 'refusal',
  pause: 'pause_turn',
  other: 'end_turn',
} as const satisfies Record<FinishReason, string>

export interface Stop {
  readonly reason: FinishReason
  /** What the vendor says beside it: its own word where ours is not exact, the sequence, the kind of refusal. */
  readonly extras?: JsonObject
}

/** What an answer has in it that its reason may be judged by. */
export interface Said {
  readonly hasCalls: boolean
  readonly hasRefusal: boolean
}

/** Why the model stopped, from a message or a `message_delta`; null while it has not. */
export function readStop(fields: JsonObject, said: Said): Stop | null {
  const word = stringOf(fields.stop_reason)
  if (!word) return null
  const reason = READ.get(word) ?? 'other'
  const rest = restOf(fields, STOP_REASON)
  const extras = ownExtras(wordOf(reason, said) === word ? rest : { ...rest, stop_reason: word })
  return extras === undefined ? { reason } : { reason, extras }
}

/** The fields that say it again. `own` are this protocol's extras. */
export function writeStop(reason: FinishReason, own: JsonObject, said: Said): JsonObject {
  const { stop_reason: word, ...rest } = own
  const isSame = typeof word === 'string' && (READ.get(word) ?? 'other') === reason
  return { stop_reason: isSame ? word : wordOf(reason, said), stop_sequence: null, ...rest }
}

/** OpenAI's models stop as usual behind a refusal, and behind a call that the client forced: clients here go by the reason alone. */
function wordOf(reason: FinishReason, { hasCalls, hasRefusal }: Said): string {
  if (reason === 'stop' && hasCalls) return WRITTEN['tool-calls']
  return reason === 'stop' && hasRefusal ? WRITTEN.refusal : WRITTEN[reason]
}

const STOP_REASON: ReadonlySet<string> = new Set(['stop_reason'])
