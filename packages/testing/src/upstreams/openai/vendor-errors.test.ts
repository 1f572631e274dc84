import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { complaintFor } from '../complaint.ts'
import { errorBody } from './vendor-errors.ts'
import type { Vendor } from './vendor.ts'

/** The same keys all the way down, whatever the values; a number stays a number. */
function shape(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'number' ? 'number' : 'text or null'
  const fields = Object.entries(value).map(([name, field]) => [name, name === 'metadata' ? 'anything' : shape(field)] as const)
  return Object.fromEntries(fields.toSorted(([one], [other]) => one.localeCompare(other)))
}

function recorded(name: string): unknown {
  const value: unknown = JSON.parse(readFileSync(new URL(`../__fixtures__/${name}`, import.meta.url), 'utf8'))
  return value
}

const RECORDINGS: readonly (readonly [Vendor, number, string])[] = [
  ['openai', 400, 'openai-error-400.json'],
  ['openai', 404, 'openai-error-404.json'],
  ['groq', 404, 'groq-error-404.json'],
  ['openrouter', 402, 'openrouter-error-402.json'],
  ['ollama', 404, 'ollama-error-404.json'],
  ['llamacpp', 400, 'llamacpp-error-400.json'],
]

describe('errorBody', () => {
  it.each(RECORDINGS)('says a %s error %i in the shape of %s', (vendor, status, file) => {
    expect(shape(errorBody(vendor, complaintFor(status, 'm')))).toEqual(shape(recorded(file)))
  })
})
