import { describe, expect, it } from 'vitest'
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
})
