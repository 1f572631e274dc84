import type { AssistantPart, Choice, JsonObject } from '@gateway/core'
import { compact } from '../compact.ts'
import { numberOf, objectOf, restOf, stringOf } from '../json-fields.ts'
import type { Translation } from '../translation.ts'
import { ownExtras } from './extras.ts'
import { camelFields } from './field-names.ts'
import { exactWord, isFinishWord, readFinishReason, writeFinishReason } from './finish-reason.ts'
import type { NameCall } from './function-call.ts'
import { readLogprobs, writeLogprobs } from './logprobs.ts'
import { readAssistantPart, writeAnswerPart } from './parts.ts'
import { openParts } from './wire-part.ts'

/** What a candidate says, in an answer or a chunk. */
export interface Candidate {
  readonly index: number
  readonly content: readonly AssistantPart[]
  /** Undefined while the model has not stopped. */
  readonly finishWord: string | undefined
  readonly logprobs: JsonObject | undefined
  /** What the language has no word for: `groundingMetadata`, `safetyRatings`, `citationMetadata`, `finishMessage` … */
  readonly rest: JsonObject | undefined
}

/** Throws as `readAssistantPart` does. */
export function readCandidate(wire: JsonObject, position: number, naming: (index: number) => NameCall): Candidate {
  const candidate = camelFields(wire)
  const index = numberOf(candidate.index) ?? position
  const nameCall = naming(index)
  const parts = openParts(objectOf(candidate.content).parts, `candidates[${position}].content.parts`)
  const word = stringOf(candidate.finishReason)
  return {
    index,
    content: parts.map((part) => readAssistantPart(part, nameCall)),
    finishWord: isFinishWord(word) ? word : undefined,
    logprobs: readLogprobs(candidate.logprobsResult),
    rest: restOf(candidate, CANDIDATE_FIELDS),
  }
}

/** An answer's candidate that has come to its end. */
export function toChoice({ index, content, finishWord, logprobs, rest }: Candidate): Choice {
  const hasCalls = content.some((part) => part.type === 'tool-call')
  const finishReason = readFinishReason(finishWord ?? '', hasCalls)
  const finish = finishWord === undefined ? undefined : exactWord(finishWord, finishReason)
  return compact({ index, content, finishReason, logprobs, extras: ownExtras(compact({ ...rest, finishReason: finish })) })
}

export function writeCandidate(choice: Choice, translation: Translation): JsonObject {
  const parts = choice.content.flatMap((part) => writeAnswerPart(part, translation))
  const { finishReason, ...rest } = translation.ownExtras(choice.extras)
  const logprobsResult = writeLogprobs(choice.logprobs)
  return {
    content: { parts, role: 'model' },
    finishReason: stringOf(finishReason) ?? writeFinishReason(choice.finishReason),
    index: choice.index,
    ...(logprobsResult && { logprobsResult }),
    ...rest,
  }
}

const CANDIDATE_FIELDS: ReadonlySet<string> = new Set(['index', 'content', 'finishReason', 'logprobsResult'])
