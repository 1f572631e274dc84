import { describe, expect, it } from 'vitest'
import { FINISH, REPLY, text } from '../__fixtures__/parts.ts'
import type { ChatEvent } from '../language/chat-event.ts'
import { usageFrom, type Usage } from '../language/usage.ts'
import { createUsageTally, usageOfReply } from './usage-tally.ts'

describe('a stream that is complete', () => {
  it('used what the provider says', () => {
    const said = usageFrom({ input: 12, output: 34, reasoning: 5 }, 'provider')
    expect(tallied([text('Hi'), { type: 'usage', usage: said }], true)).toEqual(said)
  })

  it('used the most that the provider ever said, whatever zeros follow', () => {
    const said = usageFrom({ input: 12, output: 34 }, 'provider')
    const zeros = usageFrom({ input: 0, output: 0 }, 'provider')
    const events: ChatEvent[] = [
      text('Hi'),
      { type: 'usage', usage: said },
      { type: 'usage', usage: said },
      { type: 'usage', usage: zeros },
    ]
    expect(tallied(events, true)).toEqual(said)
  })

  it('used about a token a delta where the provider says nothing', () => {
    expect(tallied([text('Hi'), text(' there')], true)).toEqual(usageFrom({ input: 7, output: 2 }, 'estimated'))
  })

  it('used about a token for four characters where deltas are long', () => {
    expect(tallied([text('x'.repeat(400)), text('y'.repeat(401))], true)).toEqual(usageFrom({ input: 7, output: 201 }, 'estimated'))
  })

  it('used at least something where the provider says zero', () => {
    const zeros: ChatEvent = { type: 'usage', usage: usageFrom({ input: 0, output: 0 }, 'provider') }
    expect(tallied([text('Hi'), zeros], true)).toEqual(usageFrom({ input: 7, output: 1 }, 'estimated'))
  })

  it('counts thoughts, refusals and tool calls as output', () => {
    const events: ChatEvent[] = [
      { type: 'reasoning-delta', choice: 0, text: 'Hm' },
      { type: 'refusal-delta', choice: 0, text: 'No' },
      { type: 'tool-call-start', choice: 0, call: 0, id: 'call-1', name: 'search' },
      { type: 'tool-call-delta', choice: 0, call: 0, arguments: '{}' },
    ]
    expect(tallied(events, true).output).toEqual({ tokens: 4, provenance: 'estimated' })
  })
})

describe('a stream that broke off', () => {
  it('used what was seen of it, marked as a part', () => {
    expect(tallied([text('Hi'), text(' there')], false)).toEqual({
      input: { tokens: 7, provenance: 'estimated' },
      output: { tokens: 2, provenance: 'partial' },
    })
  })

  it('used at least its prompt where nothing was seen', () => {
    expect(tallied([], false)).toEqual({ input: { tokens: 7, provenance: 'estimated' }, output: { tokens: 0, provenance: 'partial' } })
  })

  it('used more than the one token that some vendors state at the start', () => {
    const opening: ChatEvent = { type: 'usage', usage: usageFrom({ input: 12, output: 1 }, 'provider') }
    expect(tallied([opening, text('a'), text('b'), text('c')], false)).toEqual({
      input: { tokens: 12, provenance: 'provider' },
      output: { tokens: 3, provenance: 'partial' },
    })
  })

  it('used what the provider says where it broke off behind the last word', () => {
    const said = usageFrom({ input: 12, output: 34 }, 'provider')
    expect(tallied([text('Hi'), FINISH, { type: 'usage', usage: said }], false)).toEqual(said)
  })
})

describe('a whole answer', () => {
  it('used what the provider says', () => {
    expect(usageOfReply(REPLY, 7)).toEqual(REPLY.usage)
  })

  it('used about a token for four characters where the provider says nothing', () => {
    const call = { type: 'tool-call', id: 'call-1', name: 'find', arguments: '{"q":1}' } as const
    const reply = {
      ...REPLY,
      usage: {},
      choices: [{ index: 0, content: [{ type: 'text', text: 'Hi there' } as const, call], finishReason: 'stop' as const }],
    }
    expect(usageOfReply(reply, 7)).toEqual(usageFrom({ input: 7, output: 5 }, 'estimated'))
  })
})

function tallied(events: readonly ChatEvent[], isComplete: boolean): Usage {
  const tally = createUsageTally(7)
  for (const event of events) tally.note(event)
  return tally.usage(isComplete)
}
