import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { toJsonSchema } from './json-schema.ts'

describe('the JSON Schema for editors', () => {
  it('is the file gateway.schema.json; `pnpm --filter @gateway/config schema` writes it anew', async () => {
    await expect(`${JSON.stringify(toJsonSchema(), null, 2)}\n`).toMatchFileSnapshot('../gateway.schema.json')
  })

  it('takes an environment reference wherever a value stands, and none in the place of a section', () => {
    const reference = { $ref: '#/definitions/environmentReference' }
    expect(toJsonSchema()).toHaveProperty('properties.server.properties.port.anyOf', [
      { type: 'integer', minimum: 0, maximum: 65_535 },
      reference,
    ])
    expect(toJsonSchema()).toHaveProperty('properties.server.type', 'object')
  })

  it('knows no keys but those of the schema', () => {
    expect(toJsonSchema()).toHaveProperty('additionalProperties', false)
    expect(toJsonSchema()).toHaveProperty('properties.providers.additionalProperties.additionalProperties', false)
  })

  it('takes and refuses what the gateway takes and refuses', () => {
    const editor = z.fromJSONSchema(z.record(z.string(), z.json()).parse(toJsonSchema()))
    const taken = {
      $schema: './gateway.schema.json',
      providers: {
        groq: { apiKey: { env: 'GROQ_API_KEY' }, headers: { 'x-team': 'a' } },
        mine: { baseUrl: { env: 'URL', default: 'http://a' } },
      },
      models: { fast: { targets: ['groq/llama', { provider: 'mine', price: { input: 1, output: { env: 'PRICE' } } }] } },
      server: { port: { env: 'PORT', default: 8_787 } },
    }
    expect(editor.safeParse(taken).error).toBeUndefined()
    expect(editor.safeParse({ ...taken, servers: {} }).success).toBe(false)
    expect(editor.safeParse({ ...taken, server: { port: 'abc' } }).success).toBe(false)
    expect(editor.safeParse({ ...taken, server: { port: { env: 'PORT', fallback: 1 } } }).success).toBe(false)
    expect(editor.safeParse({ ...taken, server: { env: 'SERVER' } }).success).toBe(false)
  })
})
