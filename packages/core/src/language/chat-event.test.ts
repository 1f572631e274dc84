import { expect, it } from 'vitest'
import { END, FINISH, START, text } from '../__fixtures__/parts.ts'
import { isContent, type ChatEvent } from './chat-event.ts'

const CONTENT: readonly ChatEvent[] = [
  text('Hi'),
  { type: 'refusal-delta', choice: 0, text: 'No' },
  { type: 'reasoning-delta', choice: 0, text: 'Hm' },
  { type: 'tool-call-start', choice: 0, call: 0, id: 'call-1', name: 'search' },
  { type: 'tool-call-delta', choice: 0, call: 0, arguments: '{' },
  { type: 'opaque-delta', choice: 0, protocol: 'lines', value: {} },
  FINISH,
]

const NO_CONTENT: readonly ChatEvent[] = [START, text(''), { type: 'usage', usage: {} }, END]

it.each(CONTENT)('$type is something that the model said', (event) => {
  expect(isContent(event)).toBe(true)
})

it.each(NO_CONTENT)('$type says nothing yet', (event) => {
  expect(isContent(event)).toBe(false)
})
