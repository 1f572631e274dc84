import { describe, expect, it } from 'vitest'
import { scrub } from './scrub.ts'

describe('scrub', () => {
  it.each([
    'Incorrect API key provided: sk-proj-abcdefghijklmnopqrst1234.',
    'Incorrect API key provided: sk-proj-****MxYA. You can find your key elsewhere',
    'Authorization: Bearer abcdef.ghijkl',
    'invalid header "authorization": "Bearer gsk_abcdefghijklmnop"',
    'x-api-key=abcdef123',
    'fetch https://host.example/v1beta/models?key=AIzaSyA1234567890abcdefg failed',
    'token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig is expired',
    'connect to http://10.0.0.5:8080/v1 refused',
    'dial tcp 192.168.1.20:11434: refused',
    'https://user:hunter2@host.example/path',
    'key 0123456789abcdef0123456789abcdef is disabled',
    'key AIzaSyA1234567890abcdefg is disabled',
  ])('leaves no secret in %j', (text) => {
    expect(scrub(text)).not.toMatch(/abcdef|MxYA|AIza|eyJ|hunter2|10\.0\.0\.5|192\.168|0123456789/)
    expect(scrub(text)).toMatch(/\[(redacted|url|address)\]/)
  })

  it.each([
    'The model `meta-llama/llama-4-maverick-17b-128e-instruct` does not exist or you do not have access to it.',
    'request (2528 tokens) exceeds the available context size (2048 tokens), try increasing it',
    "Invalid 'messages[3]'. Content blocks are expected to be either text or image_url type.",
    'Limit 30000, Used 28039, Requested 3906. Please try again in 3.89s. Visit https://platform.openai.com/account/rate-limits to learn more.',
  ])('leaves %j as it is', (text) => {
    expect(scrub(text)).toBe(text)
  })

  it('puts everything on one line without control characters', () => {
    expect(scrub('a\r\nb\u2028c\u001b[31md')).toBe('a b c [31md')
  })

  it('is bounded, and cuts no key in half', () => {
    expect(scrub('x '.repeat(10_000))).toHaveLength(500)
    const text = `${'x '.repeat(245)} sk-abcdefghijklmnopqrstuvwxyz0123456789`
    expect(scrub(text)).not.toContain('sk-')
  })

  it.each(['a', '*', '1', 'a1', 'sk-', 'http://', 'Bearer ', 'key: ', 'eyJ.', '1.1.'])('takes no long over a megabyte of %j', (piece) => {
    const startedMs = performance.now()
    scrub(piece.repeat(1_000_000 / piece.length))
    expect(performance.now() - startedMs).toBeLessThan(200)
  })
})
