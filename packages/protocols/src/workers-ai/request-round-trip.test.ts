import { GatewayError } from '@gateway/core'
import type { ChatRequest, JsonObject } from '@gateway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseObject } from '../json-fields.ts'
import { newRequests, oldRequests } from './__fixtures__/arbitraries.ts'
import { readRequest, writeRequest } from './request.ts'

describe.each([
  ['a newer model', newRequests],
  ['a model of the first generation', oldRequests],
])('for %s', (_, requests) => {
  it('reads the request that was written, whatever it says', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const written = writeRequest(request)
        expect(written.warnings).toEqual([])
        expect(written.value).not.toHaveProperty('model')
        expect(readRequest(sent(written.value), addressOf(request))).toEqual(request)
      }),
      { numRuns: 1000 },
    )
  })

  it('writes the body that was read, once it has been written', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const body = sent(writeRequest(request).value)
        expect(sent(writeRequest(readRequest(body, addressOf(request))).value)).toEqual(body)
      }),
      { numRuns: 1000 },
    )
  })
})

it('reads any value in any field, or says what is wrong with it', () => {
  const body: JsonObject = {
    model: '@cf/moonshotai/kimi-k2.6',
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'image_url', image_url: { url: 'https://a', detail: 'low' } },
        ],
      },
      {
        role: 'assistant',
        content: '',
        reasoning_content: 't',
        tool_calls: [{ id: 'i', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', content: 'r', name: 'f', tool_call_id: 'i' },
    ],
    tools: [{ type: 'function', function: { name: 'f', description: 'd', parameters: {}, strict: true } }],
    tool_choice: { type: 'function', function: { name: 'f' } },
    response_format: { type: 'json_schema', json_schema: { name: 'n', schema: {} } },
    max_tokens: 5,
    stop: ['a'],
    temperature: 1,
    reasoning_effort: 'low',
    logprobs: true,
    top_logprobs: 2,
    logit_bias: {},
    metadata: {},
    user: 'u',
    n: 1,
    stream: true,
    stream_options: { include_usage: true },
    chat_template_kwargs: {},
  }
  const responses: JsonObject = {
    model: '@cf/openai/gpt-oss-120b',
    instructions: 'i',
    input: [{ role: 'user', content: [{ type: 'input_text', text: 'a' }] }],
    reasoning: { effort: 'low' },
    max_output_tokens: 5,
  }
  const spots = [body, responses].flatMap((whole) => pathsOf(whole).map((path) => ({ whole, path })))
  fc.assert(
    fc.property(fc.constantFrom(...spots), fc.jsonValue(), ({ whole, path }, value) => {
      expect(outcomeOf(sent(replaced(whole, path, value)))).toMatch(/^(?:read|refused: .+)$/)
    }),
    { numRuns: 2000 },
  )
})

function addressOf({ model, isStreaming }: ChatRequest): { readonly model: string; readonly isStreaming: boolean } {
  return { model, isStreaming }
}

/** Anything but a `GatewayError` that names the field goes on, and fails the test. */
function outcomeOf(body: JsonObject): string {
  try {
    writeRequest(readRequest(body))
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
