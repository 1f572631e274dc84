import type { AssistantPart, Choice, MediaPart, Message, Reasoning, ResponseFormat, Tool, ToolChoice } from '@gateway/core'
import { expect, it } from 'vitest'
import { RETURNS } from './__fixtures__/next-turn.ts'
import { REPLY_SECTIONS } from './__fixtures__/reply-features.ts'
import { REQUEST_SECTIONS } from './__fixtures__/request-features.ts'

type Part<Type extends AssistantPart['type']> = Extract<AssistantPart, { type: Type }>
type RowsFor<T> = { readonly [Key in Exclude<keyof T, 'type' | 'role' | 'protocol'>]-?: string }
type RowsForEach<Union> = Union extends unknown ? RowsFor<Union> : never

/** The row of docs/conformance.md that shows what becomes of a field. A field of the language without one does not compile. */
const ROWS = [
  {
    name: 'tools',
    description: 'tools',
    parameters: 'tools: without parameters',
    strict: 'tools: strict',
    extras: 'tools: fields nobody knows',
  } satisfies RowsFor<Extract<Tool, { type: 'function' }>>,
  { name: 'tool_choice: one function' } satisfies RowsFor<Extract<ToolChoice, { type: 'function' }>>,
  { value: "tool_choice: a protocol's own" } satisfies RowsFor<Extract<ToolChoice, { type: 'opaque' }>>,
  {
    name: 'response format: json schema, name',
    schema: 'response format: json schema',
    strict: 'response format: json schema, strict',
    description: 'response format: json schema, description',
  } satisfies RowsFor<Extract<ResponseFormat, { type: 'json-schema' }>>,
  {
    effort: 'reasoning: effort low',
    budgetTokens: 'reasoning: budget of tokens',
    isShown: 'reasoning: thoughts shown',
  } satisfies RowsFor<Reasoning>,
  { content: 'system', name: 'user: name', extras: 'message: fields nobody knows' } satisfies RowsForEach<
    Extract<Message, { role: 'system' | 'user' | 'assistant' }>
  >,
  {
    toolCallId: 'tool result',
    content: 'tool result',
    isError: 'tool result: failed',
    extras: 'tool result: fields nobody knows',
  } satisfies RowsFor<Extract<Message, { role: 'tool' }>>,
  { text: 'text', extras: 'text: fields nobody knows' } satisfies RowsFor<Part<'text'>>,
  { text: 'refusal' } satisfies RowsFor<Part<'refusal'>>,
  {
    text: 'thought',
    isVerbatim: "thought: the model's own words",
    id: 'an encrypted thought under its id',
    signature: 'a signed thought before its calls',
    encrypted: 'a thought that nobody was to see',
    extras: 'thought: fields nobody knows',
  } satisfies RowsFor<Part<'reasoning'>>,
  {
    id: 'tool call: an id of other letters',
    name: 'tool call',
    arguments: 'tool call: arguments that are no JSON',
    kind: 'tool call: custom',
    signature: 'a signature of a call',
    extras: 'tool call: fields nobody knows',
  } satisfies RowsFor<Part<'tool-call'>>,
  { value: "parts that are a protocol's own" } satisfies RowsFor<Part<'opaque'>>,
  {
    kind: 'image, url',
    source: 'image, base64',
    mediaType: 'media type',
    filename: 'filename',
    detail: 'detail',
    extras: 'media: fields nobody knows',
  } satisfies RowsFor<MediaPart>,
  {
    index: 'several answers',
    content: 'text',
    finishReason: 'finish: stop',
    logprobs: 'logprobs',
    extras: 'an answer: fields nobody knows',
  } satisfies RowsFor<Choice>,
] as const

it('has a row for every field of the language', () => {
  const sections = [...REQUEST_SECTIONS, ...REPLY_SECTIONS].flatMap(([, features]) => features.map(({ name }) => name))
  const names = new Set([...sections, ...RETURNS.map(({ name }) => name)])
  expect(ROWS.flatMap((rows) => Object.values(rows)).filter((row) => !names.has(row))).toEqual([])
})
