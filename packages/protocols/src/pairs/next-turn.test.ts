import { describe, expect, it } from 'vitest'
import { nextTurn, plainParts, RETURNS } from './__fixtures__/next-turn.ts'
import { PAIRS, pairTitle, SURFACES } from './__fixtures__/surfaces.ts'
import type { Pair, Surface } from './__fixtures__/surfaces.ts'
import { complaintsOf } from './__fixtures__/vendor-rules.ts'

const CASES = PAIRS.flatMap((pair) =>
  RETURNS.filter(({ vendors }) => vendors.includes(pair.vendor.name)).flatMap((row) =>
    [false, true].map((isStreamed) => ({
      pair,
      row,
      isStreamed,
      title: `${pairTitle(pair)}: ${row.name}${isStreamed ? ', streamed' : ''}`,
    })),
  ),
)

describe('a turn that a client sends back', () => {
  it.each(CASES)('is taken by the vendor that made it: $title', ({ pair, row, isStreamed }) => {
    const { sent } = nextTurn(pair, row.turn, { isStreamed })
    expect(complaintsOf(pair.vendor.name, sent.body)).toEqual([])
  })

  it.each(CASES.filter(({ pair }) => pair.client.name !== 'openai-chat'))('comes back whole: $title', ({ pair, row, isStreamed }) => {
    const { sent } = nextTurn(pair, row.turn, { isStreamed })
    const own = sent.value.messages.find(({ role }) => role === 'assistant')
    expect(plainParts(own?.content ?? [])).toEqual(plainParts(row.turn))
  })

  it.each(CASES.filter(({ pair }) => pair.client.name === 'openai-chat'))(
    'keeps its text and calls: $title',
    ({ pair, row, isStreamed }) => {
      const { sent, warnings } = nextTurn(pair, row.turn, { isStreamed: false })
      const own = sent.value.messages.find(({ role }) => role === 'assistant')
      const thoughts = row.turn.filter(({ type }) => type === 'reasoning')
      expect(plainParts(own?.content ?? [])).toEqual(plainParts(row.turn.filter(({ type }) => type !== 'reasoning')))
      expect(
        isStreamed || thoughts.length === 0 || warnings.some((warning) => /^dropped:(signature|encrypted_reasoning)$/.test(warning)),
      ).toBe(true)
    },
  )

  it.each(foreignCases())('is taken by another vendor, without what only its own can read: $title', ({ pair, next, row, isStreamed }) => {
    const { sent, warnings } = nextTurn(pair, row.turn, { isStreamed, next })
    expect(complaintsOf(next.name, sent.body)).toEqual([])
    const own = sent.value.messages.find(({ role }) => role === 'assistant')
    const spoken = row.turn.filter(({ type }) => type !== 'reasoning').map((part) => ({ ...part, signature: undefined }))
    const heard = (own?.content ?? []).filter(({ type }) => type !== 'reasoning').map((part) => ({ ...part, signature: undefined }))
    expect(plainParts(heard)).toEqual(plainParts(spoken))
    const isSealed = row.turn.some((part) => 'signature' in part || 'encrypted' in part)
    expect(!isSealed || warnings.some((warning) => warning.startsWith('dropped:'))).toBe(true)
  })
})

interface ForeignCase {
  readonly pair: Pair
  readonly next: Surface
  readonly row: (typeof RETURNS)[number]
  readonly isStreamed: boolean
  readonly title: string
}

/** Each of a vendor's turns, sent by each client to each of the other vendors, the client's own among them. */
function foreignCases(): readonly ForeignCase[] {
  return CASES.filter(({ pair }) => pair.client.name !== 'openai-chat').flatMap((each) =>
    SURFACES.filter((next) => next !== each.pair.vendor).map((next) => ({ ...each, next, title: `${each.title}, then ${next.name}` })),
  )
}
