import { GatewayError } from '@gateway/core'
import type { JsonObject } from '@gateway/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseObject } from '../json-fields.ts'
import { chatRequests } from './__fixtures__/arbitraries.ts'
import { ollamaChat } from './index.ts'

it('reads the request that was written, whatever it says', () => {
  fc.assert(
    fc.property(chatRequests, (request) => {
      const written = ollamaChat.writeRequest(request)
      expect(written.warnings).toEqual([])
      expect(ollamaChat.readRequest(sent(written.value))).toEqual(request)
    }),
    { numRuns: 1000 },
  )
})

it('writes the body that was read, once it has been written', () => {
  fc.assert(
    fc.property(chatRequests, (request) => {
      const body = sent(ollamaChat.writeRequest(request).value)
      expect(sent(ollamaChat.writeRequest(ollamaChat.readRequest(body)).value)).toEqual(body)
    }),
    { numRuns: 1000 },
  )
})

it('reads any value in any field, or says what is wrong with it', () => {
  const body: JsonObject = {
    model: 'm',
    messages: [
      { role: 'user', content: 'a', images: ['aa'] },
      { role: 'assistant', content: '', thinking: 't', tool_calls: [{ id: 'i', function: { name: 'f', arguments: {} } }] },
      { role: 'tool', content: 'r', tool_name: 'f', tool_call_id: 'i' },
    ],
    tools: [{ type: 'function', function: { name: 'f', description: 'd', parameters: {} } }],
    format: {},
    options: { num_predict: 5, temperature: 1, stop: ['a'], seed: 1, top_k: 1 },
    think: true,
    logprobs: true,
    top_logprobs: 2,
    keep_alive: '5m',
    stream: true,
  }
  const spots = pathsOf(body)
  fc.assert(
    fc.property(fc.constantFrom(...spots), fc.jsonValue(), (path, value) => {
      const changed = sent(replaced(body, path, value))
      expect(outcomeOf(changed)).toMatch(/^(?:read|refused: .+)$/)
    }),
    { numRuns: 2000 },
  )
})

/** Anything but a `GatewayError` that names the field goes on, and fails the test. */
function outcomeOf(body: JsonObject): string {
  try {
    ollamaChat.writeRequest(ollamaChat.readRequest(body))
    return 'read'
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'invalid-request') return `refused: ${error.param}`
    throw error
  }
}

function sent(body: unknown): JsonObject {
  return parseObject(JSON.stringify(body)) ?? {}
}

type Path = readonly (string | number)[]

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  const steps = Array.isArray(value) ? [...value.keys()] : Object.keys(isObject(value) ? value : {})
  return [...(path.length > 0 ? [path] : []), ...steps.flatMap((step) => pathsOf(Reflect.get(Object(value), step), [...path, step]))]
}

function replaced(value: unknown, [step, ...rest]: Path, by: unknown): unknown {
  if (step === undefined) return by
  if (Array.isArray(value)) return value.with(Number(step), replaced(value[Number(step)], rest, by))
  return { ...Object(value), [step]: replaced(Reflect.get(Object(value), step), rest, by) }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
