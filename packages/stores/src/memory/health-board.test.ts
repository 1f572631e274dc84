import type { Outcome } from '@gateway/core'
import { describe, expect, it } from 'vitest'
import { memoryHealthBoard } from './health-board.ts'

const outcome = (fields: Partial<Outcome>): Outcome => ({ ok: true, atMs: 1_000, latencyMs: 100, source: 'request', ...fields })

describe('a health board in memory', () => {
  it('is null for an endpoint that nobody has heard of', () => {
    expect(memoryHealthBoard().healthOf('nowhere')).toBeNull()
  })

  it('tells the last outcome, the share of good ones and how many there were', () => {
    const board = memoryHealthBoard()
    board.report('groq', outcome({ latencyMs: 100 }))
    board.report('groq', outcome({ latencyMs: 300 }))
    board.report('groq', outcome({ ok: false, latencyMs: 30_000 }))
    board.report('groq', outcome({ ok: false, latencyMs: 1 }))
    expect(board.healthOf('groq')).toEqual({
      endpoint: 'groq',
      healthy: false,
      lastCheckMs: 1_000,
      averageLatencyMs: 200,
      successRate: 0.5,
      total: 4,
    })
  })

  it('is healthy again after one good outcome', () => {
    const board = memoryHealthBoard()
    board.report('groq', outcome({ ok: false }))
    board.report('groq', outcome({ ok: true }))
    expect(board.healthOf('groq')?.healthy).toBe(true)
  })

  it('lets half of the weight go in a half-life', () => {
    const board = memoryHealthBoard({ halfLifeMs: 1_000 })
    board.report('groq', outcome({ ok: false, atMs: 0 }))
    board.report('groq', outcome({ ok: true, atMs: 1_000 }))
    expect(board.healthOf('groq')?.successRate).toBeCloseTo(1 / 1.5)
    board.report('groq', outcome({ ok: true, atMs: 1_000_000 }))
    expect(board.healthOf('groq')?.successRate).toBeCloseTo(1)
  })

  it('takes latency from requests, and from probes only while there are none', () => {
    const board = memoryHealthBoard()
    board.report('ollama', outcome({ source: 'probe', latencyMs: 3 }))
    expect(board.healthOf('ollama')?.averageLatencyMs).toBe(3)
    board.report('ollama', outcome({ source: 'request', latencyMs: 900 }))
    board.report('ollama', outcome({ source: 'probe', latencyMs: 3 }))
    expect(board.healthOf('ollama')?.averageLatencyMs).toBe(900)
  })

  it('never turns its time back', () => {
    const board = memoryHealthBoard()
    board.report('groq', outcome({ atMs: 5_000 }))
    board.report('groq', outcome({ atMs: 1_000 }))
    expect(board.healthOf('groq')?.lastCheckMs).toBe(5_000)
  })

  it('lists every endpoint once', () => {
    const board = memoryHealthBoard()
    board.report('groq', outcome({}))
    board.report('ollama', outcome({}))
    board.report('groq', outcome({}))
    expect(board.list().map(({ endpoint }) => endpoint)).toEqual(['groq', 'ollama'])
  })
})
