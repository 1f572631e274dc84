import type { ServerResponse } from 'node:http'
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import type { OpenRecord } from './recorder.ts'
import type { Script, Step } from './script.ts'

/** The socket that a script is played on. */
export interface Stage {
  readonly response: ServerResponse
  readonly record: OpenRecord
  readonly chunkDelayMs: number
  readonly firstByteDelayMs: number
}

/** Plays a script to its end, or until the client has gone; settles in either case and never throws. */
export async function perform(script: Script, stage: Stage): Promise<void> {
  const curtain = watchClient(stage)
  await curtain.wait(stage.firstByteDelayMs)
  if (curtain.isDown()) return
  if (script.head !== null) {
    stage.response.writeHead(script.head.status, script.head.headers)
    stage.response.flushHeaders()
  }
  for (const step of script.steps) {
    await take(step, stage, curtain)
    if (curtain.isDown()) return
  }
  curtain.expect()
  stage.response.end()
}

/** Knows whether the connection still stands. */
interface Curtain {
  isDown(): boolean
  /** Waits, but no longer than the client stays. */
  wait(ms: number): Promise<void>
  untilDown(): Promise<void>
  /** From here on the end is ours: a close is not the client's. */
  expect(): void
}

function watchClient(stage: Stage): Curtain {
  let isDown = stage.response.destroyed
  let isExpected = false
  const down = new Promise<void>((resolve) => {
    stage.response.once('close', () => {
      isDown = true
      if (!isExpected) stage.record.clientGone()
      resolve()
    })
  })
  return {
    isDown: () => isDown,
    wait: async (ms) => {
      if (ms > 0) await Promise.race([delay(ms, undefined, { ref: false }), down])
    },
    untilDown: () => down,
    expect: () => {
      isExpected = true
    },
  }
}

async function take(step: Step, stage: Stage, curtain: Curtain): Promise<void> {
  switch (step.kind) {
    case 'send':
      return write(step, stage, curtain)
    case 'pause':
      return curtain.wait(step.ms)
    case 'stall':
      return curtain.untilDown()
    case 'reset':
      curtain.expect()
      stage.response.socket?.resetAndDestroy()
      return curtain.untilDown()
    case 'hang-up':
      curtain.expect()
      stage.response.socket?.end()
      stage.response.socket?.destroySoon()
      return curtain.untilDown()
    case 'break-chunk':
      curtain.expect()
      stage.response.socket?.end('400\r\ndata: {"id":"chatcmpl-brok')
      stage.response.socket?.destroySoon()
      return curtain.untilDown()
  }
}

async function write(step: Extract<Step, { kind: 'send' }>, stage: Stage, curtain: Curtain): Promise<void> {
  if (step.tokens > 0) await curtain.wait(stage.chunkDelayMs)
  if (curtain.isDown()) return
  stage.response.write(step.bytes)
  stage.record.sent(step.tokens, step.usage)
  // Node joins writes of one turn into one chunk, and lets a direct write to the socket overtake them.
  await nextTurn()
  if (!stage.response.writableNeedDrain || curtain.isDown()) return
  const drained = new Promise<void>((resolve) => stage.response.once('drain', () => resolve()))
  await Promise.race([drained, curtain.untilDown()])
}
