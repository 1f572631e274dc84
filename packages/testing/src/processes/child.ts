import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'

/** A process that a test started, with all that it printed. */
export interface Child {
  readonly pid: number
  /** Standard output and standard error so far, as they came. */
  output(): string
  /** Resolves to the exit code; `null` where a signal ended it. */
  readonly exited: Promise<number | null>
  /** Waits for a match in the output. Rejects, with the output, at the timeout or if the process ends first. */
  waitFor(pattern: RegExp, timeoutMs: number): Promise<RegExpMatchArray>
  /** SIGTERM, and after the grace SIGKILL to all its descendants. Resolves to the exit code; may be called twice. */
  stop(graceMs?: number): Promise<number | null>
}

export interface ChildOptions {
  readonly cwd?: string
  /** Added to an environment of `PATH`, `HOME` and `TMPDIR` alone, so that the developer's own settings do not leak in. */
  readonly env?: Readonly<Record<string, string>>
}

/** Starts a process in a group of its own. Throws where the command is empty; a command that cannot start rejects `waitFor`. */
export function startChild(command: readonly string[], options: ChildOptions): Child {
  const [program, ...rest] = command
  if (program === undefined) throw new Error('startChild needs a command')
  const env = { ...basicEnvironment(), ...options.env }
  const child = spawn(program, rest, { cwd: options.cwd ?? process.cwd(), env, stdio: 'pipe', detached: true })
  const output = collect(child)
  const exited = exitOf(child, output.note)
  const pid = child.pid ?? 0
  const killGroup = (): void => kill(-pid, 'SIGKILL')
  process.once('exit', killGroup)
  return {
    pid,
    output: output.text,
    exited,
    waitFor: (pattern, timeoutMs) => waitFor(pattern, { output, exited, timeoutMs, name: command.join(' ') }),
    stop: async (graceMs = 10_000) => {
      kill(pid, 'SIGTERM')
      await Promise.race([exited, delay(graceMs, undefined, { ref: false })])
      killGroup()
      process.off('exit', killGroup)
      return exited
    },
  }
}

function basicEnvironment(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR']
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name] ?? '']])))
}

interface Output {
  text(): string
  note(line: string): void
  onChange(listener: () => void): () => void
}

/** What a chatty process may print before its oldest output is forgotten. */
const MAX_OUTPUT_CHARACTERS = 2_000_000

function collect(child: ChildProcessWithoutNullStreams): Output {
  let text = ''
  const listeners = new Set<() => void>()
  const add = (piece: string): void => {
    text = (text + piece).slice(-MAX_OUTPUT_CHARACTERS)
    for (const listener of listeners) listener()
  }
  child.stdout.setEncoding('utf8').on('data', add)
  child.stderr.setEncoding('utf8').on('data', add)
  // A child that has gone breaks the pipe to it.
  child.stdin.on('error', () => undefined)
  return {
    text: () => text,
    note: add,
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function exitOf(child: ChildProcessWithoutNullStreams, note: (line: string) => void): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code))
    child.once('error', (error) => {
      note(`${error.message}\n`)
      resolve(null)
    })
  })
}

interface Watch {
  readonly output: Output
  readonly exited: Promise<number | null>
  readonly timeoutMs: number
  readonly name: string
}

function waitFor(pattern: RegExp, watch: Watch): Promise<RegExpMatchArray> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      settle()
      reject(new Error(`${watch.name} ${reason} before it printed ${String(pattern)}. It printed:\n${watch.output.text()}`))
    }
    const look = (): void => {
      const match = watch.output.text().match(pattern)
      if (match === null) return
      settle()
      resolve(match)
    }
    const timer = setTimeout(() => fail(`took ${watch.timeoutMs} ms`), watch.timeoutMs)
    const forget = watch.output.onChange(look)
    const settle = (): void => {
      clearTimeout(timer)
      forget()
    }
    watch.exited.then((code) => fail(`ended with ${code}`), fail)
    look()
  })
}

/** Signals a process or, with a negative id, its group. One that is gone already is what was wanted. */
function kill(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === 0) return
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
