import { createServer, type Socket } from 'node:net'

/** A provider that answers each request with whatever bytes a test makes up. */
export interface RawUpstream {
  readonly url: string
  /** The heads of the requests that came, the bodies too where they came at once. */
  readonly seen: readonly string[]
  close(): Promise<void>
}

/** Plays the act whose name stands in the request, as `"act":"…"`; anything else gets a list of no models. */
export async function rawUpstream(acts: Readonly<Record<string, (socket: Socket) => void>>): Promise<RawUpstream> {
  const seen: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
    socket.on('data', (data) => {
      const text = data.toString()
      const act = /"act":"([\w-]+)"/.exec(text)?.[1]
      if (/^[A-Z]+ \//.test(text) && !text.startsWith('GET /v1/models ')) seen.push(text)
      const play = act === undefined ? undefined : acts[act]
      if (play) play(socket)
      else if (/^[A-Z]+ \//.test(text)) socket.write(http('application/json', '{"data":[]}'))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/v1`,
    seen,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** A whole answer; `head` is further lines of its head, each with its end. */
export function http(type: string, body: string | Uint8Array, head = ''): Buffer {
  const bytes = Buffer.from(body)
  return Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${bytes.length}\r\n${head}\r\n`), bytes])
}
