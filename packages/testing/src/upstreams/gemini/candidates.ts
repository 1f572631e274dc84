import { callsOf, inTurn, joined } from '../answer.ts'
import type { Answer, AnswerCall, AnswerChoice } from '../answer.ts'
import { seal } from '../prompt.ts'
import type { SaidUsage, WireEvent } from '../wire.ts'
import { signatureOf } from './check-calls.ts'
import type { ModalityCount } from './prompt.ts'

/** Who answers, and how: all that a body says besides its candidates. */
export interface Speech {
  readonly id: string
  /** The server's own name. */
  readonly name: string
  readonly answer: Answer
  readonly promptDetails: readonly ModalityCount[]
  readonly showsThoughts: boolean
  /** Why nothing is said: the prompt was blocked, or the candidate was. */
  readonly block: Block | null
}

export interface Block {
  readonly of: 'prompt' | 'candidate'
  readonly reason: string
}

/** What a body of this wire is, streamed or not. */
export type Body = Readonly<Record<string, unknown>>

/** The body of an answer that is not streamed. */
export function contentBody(speech: Speech): Body {
  if (speech.block !== null) return blockedBody(speech, speech.block)
  const candidates = speech.answer.choices.map((choice) => ({
    content: { parts: [...thoughtParts(speech, speech.answer.thought.join('')), ...partsOf(choice, speech)], role: 'model' },
    finishReason: finishReason(choice),
    index: choice.index,
  }))
  return body(speech, { candidates }, speech.answer.usage)
}

/** A stream before its framing: what is said when, and what is said to be used by then. */
export function contentChunks(speech: Speech): readonly (Pick<WireEvent, 'kind' | 'usage'> & { readonly body: Body })[] {
  const { answer, block } = speech
  if (block !== null) return [{ kind: 'finish', body: blockedBody(speech, block), usage: answer.usage }]
  let said = answer.thought.length
  const usageNow = (): SaidUsage => ({ ...answer.usage, completionTokens: said, reasoningTokens: answer.thought.length })
  const chunk = (kind: WireEvent['kind'], candidate: unknown, usage: SaidUsage): ReturnType<typeof contentChunks>[number] => ({
    kind,
    body: body(speech, { candidates: [candidate] }, usage),
    usage,
  })
  const thoughts = answer.thought.flatMap((text) => thoughtParts(speech, text)).map((part) => chunk('token', saying(part, 0), usageNow()))
  const tokens = inTurn(answer.choices).flatMap(([choice, token]) => {
    said += 1
    // Arguments come in one piece here: with the last token of the last call, all calls at once.
    if (choice.part === 'tool-calls') return choice.tokens.at(-1) === token ? [chunk('token', callsAtOnce(choice), usageNow())] : []
    return [chunk('token', saying({ text: token.text }, choice.index), usageNow())]
  })
  const ends = answer.choices.map((choice) => chunk('finish', endOf(choice, speech), answer.usage))
  return [...thoughts, ...tokens, ...ends]
}

function saying(part: unknown, index: number): unknown {
  return { content: { parts: [part], role: 'model' }, index }
}

function callsAtOnce(choice: AnswerChoice): unknown {
  return { content: { parts: callParts(callsOf(choice)), role: 'model' }, index: choice.index }
}

function endOf(choice: AnswerChoice, speech: Speech): unknown {
  const isSigned = speech.answer.thought.length > 0 && choice.part !== 'tool-calls'
  const part = { text: '', ...(isSigned && { thoughtSignature: seal('text') }) }
  return { content: { parts: [part], role: 'model' }, finishReason: finishReason(choice), index: choice.index }
}

function finishReason(choice: AnswerChoice): string {
  return choice.finishReason === 'length' ? 'MAX_TOKENS' : 'STOP'
}

function thoughtParts(speech: Speech, text: string): readonly unknown[] {
  return speech.showsThoughts && text !== '' ? [{ text, thought: true }] : []
}

function partsOf(choice: AnswerChoice, speech: Speech): readonly unknown[] {
  if (choice.part === 'tool-calls') return callParts(callsOf(choice))
  return [{ text: joined(choice), ...(speech.answer.thought.length > 0 && { thoughtSignature: seal('text') }) }]
}

/** Only the first of several calls is signed. */
function callParts(calls: readonly AnswerCall[]): readonly unknown[] {
  return calls.map((call, index) => {
    const args: unknown = JSON.parse(call.arguments)
    return { functionCall: { name: call.name, args, id: call.id }, ...(index === 0 && { thoughtSignature: signatureOf(call.name) }) }
  })
}

const RATING = { category: 'HARM_CATEGORY_DANGEROUS_CONTENT', probability: 'HIGH', blocked: true } as const

function blockedBody(speech: Speech, block: Block): Body {
  if (block.of === 'prompt') {
    return body(speech, { promptFeedback: { blockReason: block.reason, safetyRatings: [RATING] } }, speech.answer.usage)
  }
  const detail = block.reason === 'SAFETY' ? { safetyRatings: [RATING] } : { finishMessage: `Simulated: ${block.reason}` }
  return body(speech, { candidates: [{ finishReason: block.reason, index: 0, ...detail }] }, speech.answer.usage)
}

function body(speech: Speech, said: Body, usage: SaidUsage): Body {
  return {
    ...said,
    usageMetadata: usageMetadata(usage, speech.promptDetails),
    modelVersion: speech.answer.model,
    responseId: speech.id,
    x_simulated: { upstream: speech.name },
  }
}

/** Cached tokens are part of the prompt's here; thoughts are apart from the candidates'. */
function usageMetadata(usage: SaidUsage, promptTokensDetails: readonly ModalityCount[]): Body {
  const candidates = usage.completionTokens - usage.reasoningTokens
  return {
    promptTokenCount: usage.promptTokens,
    ...(candidates > 0 && { candidatesTokenCount: candidates }),
    totalTokenCount: usage.promptTokens + usage.completionTokens,
    ...(usage.cachedTokens > 0 && { cachedContentTokenCount: usage.cachedTokens }),
    promptTokensDetails,
    ...(usage.reasoningTokens > 0 && { thoughtsTokenCount: usage.reasoningTokens }),
  }
}
