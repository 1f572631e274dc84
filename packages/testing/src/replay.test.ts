import { expect, it } from 'vitest'
import { replay } from './replay.ts'

it('gives the bytes in pieces of one size, the rest last', async () => {
  const pieces = await Array.fromAsync(replay('ten bytes!', 4))
  expect(pieces.map((piece) => new TextDecoder().decode(piece))).toEqual(['ten ', 'byte', 's!'])
})

it('cuts inside a character, and can be read again', async () => {
  const body = replay(new TextEncoder().encode('✓'), 1)
  expect(await Array.fromAsync(body)).toEqual(await Array.fromAsync(body))
  expect(await Array.fromAsync(body)).toHaveLength(3)
})

it('refuses pieces of no size', () => {
  expect(() => replay('x', 0)).toThrow(RangeError)
})
