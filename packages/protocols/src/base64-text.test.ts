import fc from 'fast-check'
import { expect, it } from 'vitest'
import { base64FromText, textFromBase64 } from './base64-text.ts'

it('turns any text into base64 and back, longer than one slice too', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.constantFrom(1, 200), (text, times) => {
      const long = text.repeat(times)
      expect(base64FromText(long)).toBe(Buffer.from(long).toString('base64'))
      expect(textFromBase64(Buffer.from(long).toString('base64'))).toBe(long)
    }),
  )
})

it('has no base64 for half a surrogate pair, which would come back as something else', () => {
  expect(base64FromText('\uD83D')).toBeNull()
})

it.each(['%%%', '//8='])('finds no text in %s', (base64) => {
  expect(textFromBase64(base64)).toBeNull()
})
