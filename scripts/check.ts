import { availableParallelism } from 'node:os'
import { run } from './run.ts'

interface Check {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  /** The check that has to pass first. */
  readonly after?: string
}

/** All that can be said about the repo without running it. The slow ones stand first. */
const CHECKS: readonly Check[] = [
  { name: 'build', command: ['pnpm', 'run', 'build'] },
  { name: 'typecheck', command: ['pnpm', 'run', 'typecheck'] },
  { name: 'lint', command: ['pnpm', 'run', 'lint'] },
  { name: 'unused', command: ['pnpm', 'run', 'unused'] },
  { name: 'format', command: ['pnpm', 'run', 'format:check'] },
  { name: 'packed', command: ['pnpm', 'run', 'packed'], after: 'build' },
  { name: 'size', command: ['pnpm', 'run', 'size'], after: 'build' },
]

const waiting = [...CHECKS]
const running = new Map<string, Promise<void>>()
const passed = new Set<string>()

while (waiting.length > 0 || running.size > 0) {
  for (const check of waiting.filter(isReady)) {
    if (running.size >= availableParallelism()) break
    waiting.splice(waiting.indexOf(check), 1)
    running.set(check.name, perform(check))
  }
  if (running.size === 0) break
  await Promise.race(running.values())
}

for (const check of waiting) console.log(`- ${check.name}: not run, because ${check.after} failed`)
process.exitCode = passed.size === CHECKS.length ? 0 : 1

function isReady(check: Check): boolean {
  return check.after === undefined || passed.has(check.after)
}

async function perform(check: Check): Promise<void> {
  const started = performance.now()
  const { exitCode, output } = await run(check.command)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  if (exitCode === 0) passed.add(check.name)
  running.delete(check.name)
  console.log(exitCode === 0 ? `✓ ${check.name} (${seconds} s)` : `✗ ${check.name} (${seconds} s)\n${output}`)
}
