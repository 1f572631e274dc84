import { spawn } from 'node:child_process'

/** What a finished command said: both of its streams in the order in which they came, and its exit code. */
export interface Finished {
  readonly exitCode: number
  readonly output: string
}

/** Runs a command to its end. Never throws: a command that cannot be started ends with code 127. */
export function run(command: readonly [string, ...string[]], directory = '.'): Promise<Finished> {
  const [file, ...parameters] = command
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(file, parameters, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', (error) => resolve({ exitCode: 127, output: error.message }))
    child.on('close', (exitCode) => resolve({ exitCode: exitCode ?? 1, output }))
  })
}
