import { isJsonObject } from '@gateway/core'
import type { JsonObject } from '@gateway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseObject } from './json-fields.ts'
import { patchObjectText } from './patch-object-text.ts'

describe('patchObjectText', () => {
  it.each([
    ['{"model":"a","n":1}', { model: 'b' }, '{"model":"b","n":1}'],
    [' {\n "n" : 1.0 ,\t"model" : "a" } ', { model: 'b' }, ' {\n "n" : 1.0 ,\t"model" : "b" } '],
    ['{"x":{"model":"a"},"s":"\\"model\\":\\\\"}', { model: 'b' }, '{"x":{"model":"a"},"s":"\\"model\\":\\\\","model":"b"}'],
    ['{}', { model: 'b' }, '{"model":"b"}'],
    ['{"a":[1,{"b":"]}"}],"model":null}', { model: 'b', more: [1] }, '{"a":[1,{"b":"]}"}],"model":"b","more":[1]}'],
    ['{"mod\\u0065l":"a"}', { model: 'b' }, '{"mod\\u0065l":"b"}'],
    ['{"big":12345678901234567890,"model":"a"}', { model: 'b' }, '{"big":12345678901234567890,"model":"b"}'],
  ])('changes %s in place', (text, changes, expected) => {
    expect(patchObjectText(text, parsed(text), changes)).toBe(expected)
  })

  it('gives back the very text where nothing is to be changed', () => {
    const text = '{ "model": "a", "messages": [] }'
    expect(patchObjectText(text, parsed(text), {})).toBe(text)
  })

  it.each(['{"model":"a","model":"b"}', '{"model":"a","mod\\u0065l":"b"}', '{"x":1,"model":"b","x":2}'])(
    'writes %s anew, as the check has read it',
    (text) => {
      expect(patchObjectText(text, parsed(text), {})).toBe(JSON.stringify(parsed(text)))
      expect(patchObjectText(text, parsed(text), { model: 'c' })).toBe(JSON.stringify({ ...parsed(text), model: 'c' }))
    },
  )

  it('means the same as patching the object, whatever the text', () => {
    const changes = fc.dictionary(fc.constantFrom('model', 'a', '__proto__'), fc.jsonValue(), { noNullPrototype: true })
    const object = fc.dictionary(fc.oneof(fc.constantFrom('model', 'a', '"', '\\'), fc.string()), fc.jsonValue(), { noNullPrototype: true })
    fc.assert(
      fc.property(object, changes, fc.constantFrom(undefined, 1, '\t'), (value, change, indent) => {
        const text = JSON.stringify(value, null, indent)
        const patched = patchObjectText(text, parsed(text), parsed(JSON.stringify(change)))
        const expected: unknown = JSON.parse(JSON.stringify({ ...value, ...change }))
        expect(parsed(patched)).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })

  it('patches 10 MB of base64 in a moment', () => {
    const text = `{"messages":[{"content":"${'QUJD'.repeat(2_500_000)}"}],"model":"a"}`
    const startedMs = performance.now()
    expect(patchObjectText(text, { model: 'a' }, { model: 'b' }).endsWith('"model":"b"}')).toBe(true)
    expect(performance.now() - startedMs).toBeLessThan(500)
  })
})

function parsed(text: string): JsonObject {
  const value = parseObject(text)
  if (!isJsonObject(value)) throw new Error(`${text} is no object`)
  return value
}
