import { endpointFailure } from '@gateway/core'
import type { ChatEvent } from '@gateway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createNdjsonReader } from './stream-reader.ts'
import type { LineReader } from './stream-reader.ts'

const FAILED: ChatEvent = { type: 'error', failure: endpointFailure('truncated-stream', 'cut') }
const TOO_LARGE: ChatEvent = { type: 'error', failure: endpointFailure('reply-too-large', 'large') }

/** Says each line as a text; `"end"` is the end, `0` an error. */
const lines: LineReader = {
  read(value, line) {
    if (value === 0) return { bytes: null, events: [FAILED] }
    const said: ChatEvent = { type: 'text-delta', choice: 0, text: JSON.stringify(value) ?? 'none' }
    return { bytes: line, events: value === 'end' ? [said, { type: 'end' }] : [said] }
  },
  end: () => ({ bytes: null, events: [FAILED] }),
  overflow: () => ({ bytes: null, events: [TOO_LARGE] }),
}

function read(
  text: string,
  sizes: readonly number[] = [text.length + 1],
  maxLineBytes?: number,
): { bytes: string; said: string[]; last: unknown } {
  const reader = createNdjsonReader(lines, maxLineBytes)
  const bytes = new TextEncoder().encode(text)
  const parts = []
  for (let start = 0, index = 0; start < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1
    parts.push(reader.read(bytes.slice(start, start + size)))
    start += size
  }
  parts.push(reader.end())
  const events = parts.flatMap((part) => part.events)
  return {
    bytes: Buffer.concat(parts.map((part) => part.bytes)).toString(),
    said: events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : [])),
    last: events.at(-1),
  }
}

describe('createNdjsonReader', () => {
  it('gives back every line and every byte, wherever they are cut', () => {
    const values = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.integer())))
    fc.assert(
      fc.property(
        values,
        fc.constantFrom('\n', '\r\n', '\n\n'),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (all, end, sizes) => {
          const said = all.filter((value) => value !== 'end').map((value) => JSON.stringify(value))
          const text = [...said, '"end"'].map((line) => line + end).join('')
          const result = read(text, sizes)
          expect(result.said).toEqual([...said, '"end"'].map((line) => JSON.stringify(JSON.parse(line))))
          expect(result.last).toEqual({ type: 'end' })
          expect(result.bytes).toBe(text.slice(0, text.length - (end === '\n\n' ? 1 : 0)))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('reads a last line that lacks its LF, and gives it one', () => {
    expect(read('1\n"end"')).toEqual({ bytes: '1\n"end"\n', said: ['1', '"end"'], last: { type: 'end' } })
  })

  it('does not read half a line', () => {
    expect(read('1\n{"a":')).toEqual({ bytes: '1\n', said: ['1'], last: FAILED })
  })

  it('shows a body that is no JSON to the protocol', () => {
    expect(read('404 page not found')).toMatchObject({ said: ['none'] })
  })

  it('says nothing of an empty body but that it ended', () => {
    expect(read('')).toEqual({ bytes: '', said: [], last: FAILED })
    expect(read('\n \n')).toEqual({ bytes: '\n \n', said: [], last: FAILED })
  })

  it('reads nothing behind the end or an error', () => {
    expect(read('"end"\n2\n')).toEqual({ bytes: '"end"\n', said: ['"end"'], last: { type: 'end' } })
    expect(read('1\n0\n2\n', [2])).toEqual({ bytes: '1\n', said: ['1'], last: FAILED })
  })

  it('holds no more of a line than it may', () => {
    expect(read(`1\n"${'x'.repeat(100)}`, [10], 50)).toEqual({ bytes: '1\n', said: ['1'], last: TOO_LARGE })
  })

  it('takes a byte order mark and bad UTF-8 as everybody does', () => {
    expect(read('\uFEFF1\n"end"\n').said).toEqual(['1', '"end"'])
    const reader = createNdjsonReader(lines)
    const { events } = reader.read(new Uint8Array([0x22, 0xff, 0x22, 0x0a]))
    expect(events).toEqual([{ type: 'text-delta', choice: 0, text: '"\uFFFD"' }])
  })
})
