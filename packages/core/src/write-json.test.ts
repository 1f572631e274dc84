import { expect, it } from 'vitest'
import { GatewayError } from './gateway-error.ts'
import { writeJson } from './write-json.ts'

it('writes what can be written', () => {
  expect(writeJson({ a: [1, null, 'ü'], b: undefined })).toBe('{"a":[1,null,"ü"]}')
})

it('says that a client went too deep, where the runtime cannot write what it could read', () => {
  // Engines differ in how deep they can go: this is what they throw.
  const bottomless = {
    toJSON() {
      throw new RangeError('Maximum call stack size exceeded')
    },
  }
  expect(() => writeJson(bottomless)).toThrow(new GatewayError('invalid-request', 'body: nested too deeply'))
})

it('does not take another error for depth', () => {
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  expect(() => writeJson(circle)).toThrow(TypeError)
})
