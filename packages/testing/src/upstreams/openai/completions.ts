import * as z from 'zod/mini'
import { answerTo, inTurn, joined } from '../answer.ts'
import type { AnswerChoice } from '../answer.ts'
import { fixed } from '../api.ts'
import type { Call, Identity, Reply } from '../api.ts'
import { complaintFor } from '../complaint.ts'
import { countWords, parseJson } from '../prompt.ts'
import type { Scene, SceneSettings } from '../scene.ts'
import { sse } from '../wire.ts'
import type { SaidUsage, WireEvent } from '../wire.ts'
import { chatDialect } from './dialect.ts'
import { bare } from './stream-events.ts'

/** Texts, or texts as their tokens: one of them or several. */
export type SomeTexts = string | readonly string[] | readonly number[] | readonly (readonly number[])[]

/** As it comes on the wire. */
export const someTexts: z.ZodMiniType<SomeTexts> = z.union([z.string(), z.array(z.string()), z.array(z.int()), z.array(z.array(z.int()))])

const request = z.looseObject({
  model: z.string(),
  prompt: someTexts,
  n: z.optional(z.nullable(z.int().check(z.gte(1)))),
  max_tokens: z.optional(z.nullable(z.int().check(z.gte(0)))),
  echo: z.optional(z.nullable(z.boolean())),
  stop: z.optional(z.nullable(z.union([z.string(), z.array(z.string())]))),
  stream: z.optional(z.nullable(z.boolean())),
  stream_options: z.optional(z.nullable(z.looseObject({ include_usage: z.optional(z.boolean()) }))),
  x_simulate: z.optional(z.unknown()),
})

type CompletionRequest = z.infer<typeof request>

/** The answer to a POST to `…/completions`, the API before chats. */
export function completionReply(call: Call, identity: Identity): Reply {
  const { refuse } = chatDialect(identity.vendor, '')
  const parsed = request.safeParse(parseJson(call.body))
  if (!parsed.success) {
    const param = parsed.error.issues[0]?.path.join('.') ?? null
    return fixed(refuse({ status: 400, message: `Invalid value for '${param}'.`, type: 'invalid_request_error', code: null, param }), true)
  }
  const wanted = parsed.data
  if (!identity.models.includes(wanted.model)) return fixed(refuse(complaintFor(404, wanted.model)), true)
  return {
    kind: 'played',
    wire: 'openai-completions',
    wish: {
      field: wanted.x_simulate,
      text: textsOf(wanted.prompt)
        .map(({ text }) => text)
        .join('\n'),
    },
    scene: (settings) => sceneFor(wanted, { call, identity }, settings),
  }
}

/** One text and what it costs; of tokens, only their number can be told. */
export function textsOf(input: SomeTexts): readonly { readonly text: string; readonly tokens: number }[] {
  if (typeof input === 'string') return [{ text: input, tokens: countWords(input) }]
  const ids = z.array(z.int()).safeParse(input)
  if (ids.success && ids.data.length > 0) return [ofTokens(ids.data)]
  return input.map((entry) => {
    if (typeof entry === 'string') return { text: entry, tokens: countWords(entry) }
    return ofTokens(typeof entry === 'number' ? [entry] : entry)
  })
}

function ofTokens(ids: readonly number[]): { readonly text: string; readonly tokens: number } {
  return { text: `tokens ${ids.join(' ')}`, tokens: ids.length }
}

const DEFAULT_MAX_TOKENS = 16

interface Place {
  readonly call: Call
  readonly identity: Identity
}

function sceneFor(wanted: CompletionRequest, { call, identity }: Place, settings: SceneSettings): Scene {
  const prompts = textsOf(wanted.prompt)
  const choices = choicesFor(wanted, settings.answerWords)
  const promptTokens = prompts.reduce((sum, entry) => sum + entry.tokens, 0)
  const completionTokens = choices.reduce((sum, choice) => sum + choice.tokens.length, 0)
  const usage = { promptTokens, completionTokens, cachedTokens: 0, reasoningTokens: 0 }
  const envelope = {
    id: `cmpl-${identity.name}-${call.serial}`,
    object: 'text_completion',
    created: Math.floor(settings.nowMs / 1000),
    model: wanted.model,
    x_simulated: { upstream: identity.name },
  }
  const echo = (choice: AnswerChoice): string =>
    wanted.echo === true ? (prompts[Math.floor(choice.index / (wanted.n ?? 1))]?.text ?? '') : ''
  const whole = choices.map((choice) => ({
    ...wireChoice(choice.index, echo(choice) + joined(choice)),
    finish_reason: choice.finishReason,
  }))
  const isStreamed = wanted.stream === true
  const asksUsage = wanted.stream_options?.include_usage === true
  return {
    wire: 'openai-completions',
    dialect: { ...chatDialect(identity.vendor, wanted.model), emptyBody: { ...envelope, choices: [] } },
    model: wanted.model,
    isStreamed,
    events: isStreamed ? streamOf(choices, { envelope, echo, usage: asksUsage ? usage : null }) : [],
    body: isStreamed ? '' : JSON.stringify({ ...envelope, choices: whole, usage: wireUsage(usage) }),
    contentDeltas: completionTokens,
    usage,
    afterDeltas: settings.afterDeltas,
    nowMs: settings.nowMs,
    chat: null,
  }
}

function choicesFor(wanted: CompletionRequest, words: number): readonly AnswerChoice[] {
  const perPrompt = wanted.n ?? 1
  return textsOf(wanted.prompt).flatMap(({ text, tokens: promptTokens }, promptIndex) => {
    const answer = answerTo(
      {
        model: wanted.model,
        lastUserText: text,
        promptTokens,
        cachedTokens: 0,
        choices: perPrompt,
        calls: [],
        format: { kind: 'text' },
        maxTokens: wanted.max_tokens ?? DEFAULT_MAX_TOKENS,
        stops: typeof wanted.stop === 'string' ? [wanted.stop] : (wanted.stop ?? []),
        thoughtTokens: 0,
      },
      words,
    )
    return answer.choices.map((choice) => ({ ...choice, index: promptIndex * perPrompt + choice.index }))
  })
}

interface Spoken {
  readonly envelope: Readonly<Record<string, unknown>>
  readonly echo: (choice: AnswerChoice) => string
  /** `null`: the request did not ask for it. */
  readonly usage: SaidUsage | null
}

function streamOf(choices: readonly AnswerChoice[], { envelope, echo, usage }: Spoken): readonly WireEvent[] {
  const event = (kind: WireEvent['kind'], choice: unknown): WireEvent => ({
    kind,
    text: sse({ ...envelope, choices: [choice] }),
    usage: null,
  })
  const echoed = choices.filter((choice) => echo(choice) !== '')
  return [
    ...echoed.map((choice) => event('frame', wireChoice(choice.index, echo(choice)))),
    ...inTurn(choices).map(([choice, token]) => event('token', wireChoice(choice.index, token.text))),
    ...choices.map((choice) => event('finish', { ...wireChoice(choice.index, ''), finish_reason: choice.finishReason })),
    ...(usage === null ? [] : [{ kind: 'usage' as const, text: sse({ ...envelope, choices: [], usage: wireUsage(usage) }), usage }]),
    bare('done'),
  ]
}

function wireChoice(index: number, text: string): Readonly<Record<string, unknown>> {
  return { text, index, logprobs: null, finish_reason: null }
}

function wireUsage({ promptTokens, completionTokens }: SaidUsage): unknown {
  return { prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: promptTokens + completionTokens }
}
