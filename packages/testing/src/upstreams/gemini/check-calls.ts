import { seal } from '../prompt.ts'
import { isFunctionAnswer } from './content-request.ts'
import type { Content, ContentRequest } from './content-request.ts'

/** What goes with the first call of a turn, and must come back with it. */
export function signatureOf(functionName: string): string {
  return seal(`call:${functionName}`)
}

/** Counts calls and their answers, and looks for the signatures of this turn's calls: the sentence of the 400. */
export function checkCalls(request: ContentRequest, model: string): string | null {
  const wrong = checkCounts(request.contents)
  // Earlier generations work without signatures.
  return wrong ?? (/gemini-[12]/.test(model) ? null : checkSignatures(request.contents))
}

function checkCounts(contents: readonly Content[]): string | null {
  const isUneven = contents.some((entry, index) => {
    const calls = (entry.parts ?? []).filter((part) => part.functionCall !== undefined).length
    const answers = (contents[index + 1]?.parts ?? []).filter((part) => part.functionResponse !== undefined).length
    return calls > 0 && index < contents.length - 1 && calls !== answers
  })
  if (!isUneven) return null
  return 'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.'
}

/** What Google lets through in place of a signature, for conversations that began elsewhere. */
const STAND_INS: readonly string[] = ['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go']

function checkSignatures(contents: readonly Content[]): string | null {
  const turn = contents.findLastIndex((entry) => entry.role !== 'model' && !isFunctionAnswer(entry))
  for (const [index, entry] of contents.entries()) {
    const [first, ...others] = (entry.parts ?? []).filter((part) => part.functionCall !== undefined)
    const name = first?.functionCall?.name ?? ''
    if (index < turn || entry.role !== 'model' || first === undefined) continue
    if (first.thoughtSignature === undefined) return missing(name, index + 1)
    const isTrue = (signature: string): boolean => STAND_INS.includes(signature) || plain(signature) === plain(signatureOf(name))
    const isStray = others.some((part) => part.thoughtSignature !== undefined && !STAND_INS.includes(part.thoughtSignature))
    if (!isTrue(first.thoughtSignature) || isStray) return 'Corrupted thought signature.'
  }
  return null
}

function missing(name: string, position: number): string {
  return `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${name}\` , position ${position}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.`
}

/** Base64 in either alphabet, padded or not. */
function plain(signature: string): string {
  return signature.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')
}
