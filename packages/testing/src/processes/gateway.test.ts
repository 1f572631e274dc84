import { expect, it } from 'vitest'
import { spawnGateway } from './gateway.ts'

/** A server that takes a moment to listen, starts a child of its own, and ends with 7 on SIGTERM. */
const APP = `
  const { spawn } = require('node:child_process')
  const listen = 'const s = require("node:http").createServer((_, r) => r.end()).listen(0, () => console.log("helper " + s.address().port))'
  spawn(process.execPath, ['-e', listen], { stdio: 'inherit' })
  const server = require('node:http').createServer((_, response) => response.end(JSON.stringify(Object.keys(process.env).sort())))
  setTimeout(() => server.listen(process.env.PORT, process.env.HOST, () => console.log('listening')), 100)
  process.on('SIGTERM', () => process.exit(7))
`

it('starts an app on a free port, waits for its health, and stops it with all that it started', async () => {
  const app = await spawnGateway({ command: [process.execPath, '-e', APP], env: { OWN: '1' }, readyPattern: /helper \d+\n/ })
  const names: unknown = await (await fetch(app.url)).json()
  expect(names).toEqual(expect.arrayContaining(['HOST', 'OWN', 'PATH', 'PORT']))
  expect(names).not.toContain('VITEST')
  const helper = `http://127.0.0.1:${/helper (\d+)/.exec(app.output())?.[1]}`
  expect((await fetch(helper)).ok).toBe(true)
  expect(await app.stop()).toBe(7)
  await expect(fetch(helper)).rejects.toThrow(TypeError)
})

it('tells what an app printed that ends instead of listening', async () => {
  const command = [process.execPath, '-e', 'console.error("no configuration"); process.exit(1)']
  await expect(spawnGateway({ command })).rejects.toThrow(/ended\. It printed:\nno configuration/)
})

it('gives up on an app that never answers, and ends it', async () => {
  const command = [process.execPath, '-e', 'console.log("pid " + process.pid); setInterval(() => {}, 1000)']
  const failure = await spawnGateway({ command, timeoutMs: 700 }).catch((error: unknown) => String(error))
  expect(failure).toContain('did not answer')
  const pid = Number(/pid (\d+)/.exec(String(failure))?.[1])
  expect(isAlive(pid)).toBe(false)
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
