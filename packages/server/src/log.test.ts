import { describe, expect, it } from 'vitest'
import { createLog } from './log.ts'

describe('a line of the log', () => {
  it.each(['json', 'text'] as const)('is one line as %s, whatever a client calls its model', (format) => {
    const lines: string[] = []
    const log = createLog({ level: 'info', format, write: (line) => lines.push(line), epochMs: () => 0 })
    log.info('request', { model: 'a\r\nb\u0085c\u2028d\u2029e\u001b[31mf' })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(String.raw`a\r\nb\u0085c\u2028d\u2029e\u001b[31mf`)
  })

  it('is JSON that says what was meant', () => {
    const lines: string[] = []
    const log = createLog({ level: 'info', format: 'json', write: (line) => lines.push(line), epochMs: () => 0 })
    log.info('request', { model: 'a\u2028b' })
    expect(JSON.parse(lines[0] ?? '')).toEqual({ time: '1970-01-01T00:00:00.000Z', level: 'info', message: 'request', model: 'a\u2028b' })
  })
})
