import { describe, expect, it } from 'vitest'
import { parseObject } from './json-fields.ts'
import { readRetryAfter } from './retry-after.ts'

const DAY_MS = 86_400_000
const NOW_MS = Date.UTC(2026, 10, 20, 12, 0, 0)

describe('readRetryAfter', () => {
  it.each([
    [{ 'retry-after': '579' }, 579_000],
    [{ 'retry-after': '1.5' }, 1500],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after-ms': '3890', 'retry-after': '4' }, 3890],
    [{ 'x-ms-retry-after-ms': '250', 'retry-after': '4' }, 250],
    [{ 'retry-after-ms': 'soon', 'retry-after': '4' }, 4000],
    [{ 'retry-after': 'Fri, 20 Nov 2026 12:00:07 GMT' }, 7000],
    [{ 'retry-after': 'Fri, 20 Nov 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after': '99999999' }, DAY_MS],
    [{ 'retry-after': 'Fri, 20 Nov 2099 12:00:07 GMT' }, DAY_MS],
  ])('reads %o', (headers, expected) => {
    expect(read(headers)).toBe(expected)
  })

  it.each(['', '-5', 'NaN', '1e9', 'Infinity', '12abc', '0x10', 'tomorrow', '9'.repeat(400)])('ignores %j', (value) => {
    expect(read({ 'retry-after': value, 'retry-after-ms': value })).toBeUndefined()
  })

  it.each([
    ['37s', 37_000],
    ['34.4s', 34_400],
    ['0.000001s', 1],
    ['-3s', undefined],
    ['37', undefined],
  ])('reads a RetryInfo of %s', (retryDelay, expected) => {
    expect(read({}, JSON.stringify({ error: { details: [{ '@type': 'QuotaFailure' }, { '@type': 'RetryInfo', retryDelay }] } }))).toBe(
      expected,
    )
  })
})

function read(headers: Readonly<Record<string, string>>, text = ''): number | undefined {
  return readRetryAfter({ status: 429, header: (name) => headers[name] ?? null, text, nowMs: NOW_MS }, parseObject(text))
}
