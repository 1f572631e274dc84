import { totalTokens, usageFrom } from '@gateway/core'
import type { Figure, Json, JsonObject, Usage } from '@gateway/core'
import { compact } from '../compact.ts'
import { numberOf, objectOf, objectsOf, restOf } from '../json-fields.ts'
import { camelFields } from './field-names.ts'

/**
 * The `usageMetadata` of an answer or a chunk. `promptTokenCount` includes cached tokens but not those of built-in tools,
 * and `candidatesTokenCount` leaves thoughts out: `input` and `output` are the sums, which is what is charged.
 * Source: https://ai.google.dev/api/generate-content#UsageMetadata
 */
export function readUsage(metadata: Json | undefined): Usage {
  const wire = camelFields(objectOf(metadata))
  const tools = numberOf(wire.toolUsePromptTokenCount)
  const thoughts = numberOf(wire.thoughtsTokenCount)
  const input = sumOf(numberOf(wire.promptTokenCount), tools)
  const output = sumOf(numberOf(wire.candidatesTokenCount), thoughts)
  const inputs = [...objectsOf(wire.promptTokensDetails), ...objectsOf(wire.toolUsePromptTokensDetails)]
  const outputs = objectsOf(wire.candidatesTokensDetails)
  return {
    ...usageFrom(
      {
        input,
        output,
        cachedInput: numberOf(wire.cachedContentTokenCount),
        reasoning: thoughts,
        inputAudio: modalityOf(inputs, 'AUDIO'),
        inputImage: modalityOf(inputs, 'IMAGE'),
        outputAudio: modalityOf(outputs, 'AUDIO'),
        outputImage: modalityOf(outputs, 'IMAGE'),
      },
      'provider',
    ),
    ...(tools !== undefined && usageFrom({ input }, 'computed')),
    ...(thoughts !== undefined && usageFrom({ output }, 'computed')),
  }
}

/** What the classes of tokens have no word for: `trafficType`, `serviceTier`. */
export function restOfUsage(metadata: Json | undefined): JsonObject | undefined {
  return restOf(camelFields(objectOf(metadata)), USAGE_FIELDS)
}

/** Counts as Google's clients expect them; null while nothing is known. */
export function writeUsage(usage: Usage): JsonObject | null {
  const total = totalTokens(usage)
  if (total === null) return null
  const reasoning = usage.reasoning?.tokens
  // Clamped, since other vendors have been seen to count more thoughts than output.
  const spoken = usage.output && Math.max(0, usage.output.tokens - (reasoning ?? 0))
  return {
    ...compact({
      promptTokenCount: usage.input?.tokens,
      cachedContentTokenCount: usage.cachedInput?.tokens,
      candidatesTokenCount: spoken,
      thoughtsTokenCount: reasoning,
    }),
    totalTokenCount: total,
    ...compact({
      promptTokensDetails: writeDetails(usage.input?.tokens, { AUDIO: usage.inputAudio, IMAGE: usage.inputImage }),
      candidatesTokensDetails: writeDetails(spoken, { AUDIO: usage.outputAudio, IMAGE: usage.outputImage }),
    }),
  }
}

const USAGE_FIELDS: ReadonlySet<string> = new Set([
  'promptTokenCount',
  'candidatesTokenCount',
  'thoughtsTokenCount',
  'toolUsePromptTokenCount',
  'cachedContentTokenCount',
  'totalTokenCount',
  'promptTokensDetails',
  'candidatesTokensDetails',
  'cacheTokensDetails',
  'toolUsePromptTokensDetails',
])

function sumOf(first: number | undefined, second: number | undefined): number | undefined {
  return first === undefined && second === undefined ? undefined : (first ?? 0) + (second ?? 0)
}

function modalityOf(details: readonly JsonObject[], modality: string): number | undefined {
  const counts = details.map(camelFields).filter((detail) => detail.modality === modality)
  return counts.length === 0 ? undefined : counts.reduce((sum, detail) => sum + (numberOf(detail.tokenCount) ?? 0), 0)
}

/** What is not of a named modality is text. */
function writeDetails(
  total: number | undefined,
  named: { readonly [modality: string]: Figure | undefined },
): readonly JsonObject[] | undefined {
  const known = Object.entries(named).flatMap(([modality, figure]) => (figure ? [{ modality, tokenCount: figure.tokens }] : []))
  if (known.length === 0) return undefined
  const text = (total ?? 0) - known.reduce((sum, { tokenCount }) => sum + tokenCount, 0)
  return text > 0 ? [{ modality: 'TEXT', tokenCount: text }, ...known] : known
}
