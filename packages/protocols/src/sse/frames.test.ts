import { createParser } from 'eventsource-parser'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFrameParser } from './frame-parser.ts'
import { concatBytes, createFrameSplitter } from './frames.ts'

const encoder = new TextEncoder()

describe('createFrameSplitter', () => {
  it.each(['\n\n', '\r\n\r\n', '\r\n\n', '\n\r\n', '\n\r\r\n'])('ends a frame at %j', (end) => {
    expect(split(`data: 1${end}data: 2${end}`, 100)).toEqual(split(`data: 1${end}data: 2${end}`, 1))
    expect(split(`data: 1${end}data: 2${end}`, 3).frames.filter((frame) => frame.includes('data'))).toHaveLength(2)
  })

  it('holds a frame that ends in CR until it knows whether an LF follows', () => {
    const splitter = createFrameSplitter()
    expect(splitter.split(encoder.encode('data: 1\r\r'))).toEqual([])
    expect(splitter.split(encoder.encode('data: 2'))).toEqual([encoder.encode('data: 1\r\r')])
    expect(splitter.heldBytes()).toBe(7)
  })

  it('gives views of the piece, not copies', () => {
    const piece = encoder.encode('data: 1\n\ndata: 2\n\nda')
    const frames = createFrameSplitter().split(piece)
    expect(frames.map((frame) => frame.buffer)).toEqual([piece.buffer, piece.buffer])
    expect(concatBytes(frames).buffer).toBe(piece.buffer)
  })

  it('keeps what it holds when the piece is overwritten', () => {
    const splitter = createFrameSplitter()
    const piece = encoder.encode('data: 1')
    splitter.split(piece)
    piece.fill(0)
    expect(text(splitter.split(encoder.encode('\n\n')))).toEqual(['data: 1\n\n'])
  })

  it('loses no byte, wherever the stream is cut', () => {
    fc.assert(
      fc.property(streamText, cuts, (stream, sizes) => {
        const { frames, rest } = splitAt(encoder.encode(stream), sizes)
        expect(frames.join('') + rest).toBe(stream)
        expect(splitAt(encoder.encode(stream), [stream.length * 4 + 1])).toEqual({ frames, rest })
      }),
    )
  })

  it('agrees with eventsource-parser, wherever the stream is cut', () => {
    fc.assert(
      fc.property(streamText, cuts, (stream, sizes) => {
        // A last line break settles a CR at the end, which a splitter cannot know to be whole.
        const bytes = encoder.encode(`${stream}\n`)
        const parse = createFrameParser()
        const splitter = createFrameSplitter()
        const found = [...pieces(bytes, sizes)].flatMap((piece) => splitter.split(piece).flatMap((frame) => parse(frame) ?? []))
        expect(found).toEqual(eventsOf(`${stream}\n`))
      }),
      { numRuns: 500 },
    )
  })

  it('takes an event of 16 MB in small pieces in linear time', () => {
    const event = encoder.encode(`data: ${'x'.repeat(16_000_000)}\n\n`)
    const splitter = createFrameSplitter()
    const startedMs = performance.now()
    const frames = [...pieces(event, [4096])].flatMap((piece) => splitter.split(piece))
    expect(frames.map((frame) => frame.length)).toEqual([event.length])
    expect(performance.now() - startedMs).toBeLessThan(3000)
  })

  it('takes a million lines of one frame in linear time', () => {
    const event = encoder.encode(`${'data: x\n'.repeat(1_000_000)}\n`)
    const splitter = createFrameSplitter()
    const startedMs = performance.now()
    expect([...pieces(event, [1000])].flatMap((piece) => splitter.split(piece))).toHaveLength(1)
    expect(performance.now() - startedMs).toBeLessThan(3000)
  })
})

describe('createFrameParser', () => {
  it('strips a byte order mark at the start and nowhere else', () => {
    const parse = createFrameParser()
    expect(parse(encoder.encode('\uFEFFdata: 1\n\n'))?.data).toBe('1')
    expect(parse(encoder.encode('\uFEFFdata: 2\n\n'))).toBeNull()
    expect(parse(encoder.encode('data: \uFEFF3\n\n'))?.data).toBe('\uFEFF3')
  })

  it('replaces bad bytes and keeps their neighbours', () => {
    const frame = concatBytes([encoder.encode('data: a'), new Uint8Array([0xff, 0xe2, 0x82]), encoder.encode('b€\n\n')])
    expect(createFrameParser()(frame)?.data).toBe('a\uFFFD\uFFFDb€')
  })

  it('finds nothing in a comment', () => {
    expect(createFrameParser()(encoder.encode(': OPENROUTER PROCESSING\n\n'))).toBeNull()
  })
})

const terminator = fc.constantFrom('\n', '\r\n', '\r')
const line = fc.oneof(
  fc.constantFrom(
    '',
    'data',
    'data:',
    'data: ',
    'data: x',
    'data:  padded',
    ': comment',
    'event: error',
    'id: 1',
    'retry: 5',
    'unknown',
    '\uFEFFdata: y',
    'data: 🙂',
  ),
  fc.string({ unit: 'grapheme' }).map((value) => `data: ${value.replaceAll(/[\r\n]/g, '')}`),
)
const streamText = fc.array(fc.tuple(line, terminator)).map((lines) => lines.flat().join(''))
const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 })

/** The bytes in pieces of these sizes, which repeat. */
function* pieces(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  let start = 0
  for (let index = 0; start < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1
    yield bytes.slice(start, start + size)
    start += size
  }
}

function split(stream: string, size: number): { readonly frames: readonly string[]; readonly rest: string } {
  return splitAt(encoder.encode(stream), [size])
}

function splitAt(bytes: Uint8Array, sizes: readonly number[]): { readonly frames: readonly string[]; readonly rest: string } {
  const splitter = createFrameSplitter()
  const frames = text([...pieces(bytes, sizes)].flatMap((piece) => splitter.split(piece)))
  return { frames, rest: text([splitter.takeRest()]).join('') }
}

function text(frames: readonly Uint8Array[]): readonly string[] {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  return frames.map((frame) => decoder.decode(frame))
}

function eventsOf(stream: string): readonly unknown[] {
  const events: unknown[] = []
  const parser = createParser({ onEvent: (event) => events.push({ name: event.event, data: event.data }) })
  parser.feed(stream)
  return events
}
