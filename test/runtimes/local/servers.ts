import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { freePort, spawnGateway, startChild } from '@gateway/testing/processes'
import { alphabetModel, OLLAMA_TEMPLATE } from './alphabet-model.ts'

/** A server of models that is installed on this machine. */
export interface LocalServer {
  readonly name: 'ollama' | 'llamacpp'
  /** The variable by which a gateway is told where it is. */
  readonly endpoint: 'OLLAMA_ENDPOINT' | 'LLAMACPP_ENDPOINT'
  /** What it lists. */
  readonly model: string
  /** Whether it says no to what it cannot take. One that does not cuts a long prompt and drops an image, in silence. */
  readonly refuses: boolean
  /** Serves the alphabet, one request at a time, with a context of `CONTEXT_TOKENS`. */
  start(): Promise<RunningServer>
}

export interface RunningServer {
  readonly url: string
  /** SIGKILL to the process that runs the model. */
  killRunner(): Promise<void>
  stop(): Promise<unknown>
}

export const CONTEXT_TOKENS = 4096

/** `OLLAMA_BINARY` and `LLAMA_SERVER_BINARY`, else what is in PATH. */
export function installedServers(): readonly LocalServer[] {
  const ollama = process.env['OLLAMA_BINARY'] ?? inPath('ollama')
  const llamaServer = process.env['LLAMA_SERVER_BINARY'] ?? inPath('llama-server')
  return [...(ollama === undefined ? [] : [ollamaServer(ollama)]), ...(llamaServer === undefined ? [] : [llamaCppServer(llamaServer)])]
}

function inPath(program: string): string | undefined {
  const places = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, program))
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK)
      return true
    } catch {
      // Not there: the next folder.
      return false
    }
  })
}

function ollamaServer(program: string): LocalServer {
  return {
    name: 'ollama',
    endpoint: 'OLLAMA_ENDPOINT',
    model: 'alphabet:latest',
    refuses: false,
    async start() {
      const folder = await folderWithModel()
      const address = `127.0.0.1:${await freePort()}`
      const env = { HOME: folder, OLLAMA_HOST: address, OLLAMA_NUM_PARALLEL: '1', OLLAMA_CONTEXT_LENGTH: String(CONTEXT_TOKENS) }
      const child = startChild([program, 'serve'], { cwd: folder, env })
      await child.waitFor(/Listening on/, START_MS)
      await writeFile(join(folder, 'Modelfile'), `FROM ./${MODEL_FILE}\nTEMPLATE """${OLLAMA_TEMPLATE}"""\n`)
      await run(program, ['create', 'alphabet', '-f', 'Modelfile'], { cwd: folder, env: { ...process.env, ...env } })
      const killRunner = async (): Promise<void> => {
        const { stdout } = await run('pgrep', ['-P', String(child.pid)])
        process.kill(Number(stdout.trim()), 'SIGKILL')
      }
      return { url: `http://${address}`, killRunner, stop: () => child.stop() }
    },
  }
}

function llamaCppServer(program: string): LocalServer {
  return {
    name: 'llamacpp',
    endpoint: 'LLAMACPP_ENDPOINT',
    model: 'alphabet',
    refuses: true,
    async start() {
      const cwd = await folderWithModel()
      const words = [
        '--model',
        MODEL_FILE,
        '--alias',
        'alphabet',
        '--ctx-size',
        String(CONTEXT_TOKENS),
        '--parallel',
        '1',
        '--threads',
        '1',
      ]
      const { url, pid, stop } = await spawnGateway({
        command: (port) => [program, ...words, '--host', '127.0.0.1', '--port', String(port)],
        cwd,
        timeoutMs: START_MS,
      })
      return { url, killRunner: async () => void process.kill(pid, 'SIGKILL'), stop }
    },
  }
}

const MODEL_FILE = 'alphabet.gguf'
const START_MS = 60_000
const run = promisify(execFile)

async function folderWithModel(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-'))
  await writeFile(join(folder, MODEL_FILE), alphabetModel(CONTEXT_TOKENS))
  return folder
}
