import { connect } from 'node:net'

/** Where a bare request goes, and what it says besides its body. */
export interface RawTarget {
  readonly port: number
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What came over a bare socket: every byte, and how the connection ended. */
export interface RawAnswer {
  readonly bytes: Uint8Array
  /** The bytes as text, one character a byte. */
  readonly text: string
  readonly end: 'fin' | 'reset' | 'refused' | 'still-open'
}

/**
 * Sends one POST over a socket of its own and reads until the connection ends or has been silent for `silenceMs`.
 * Never rejects for what the server does.
 */
export function rawPost(target: RawTarget, body: unknown, silenceMs: number = 250): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = []
    const socket = connect(target.port, '127.0.0.1')
    const settle = (end: RawAnswer['end']): void => {
      socket.destroy()
      const bytes = Buffer.concat(pieces)
      resolve({ bytes, text: bytes.toString('latin1'), end })
    }
    socket.setTimeout(silenceMs, () => settle('still-open'))
    socket.on('data', (piece: Buffer) => pieces.push(piece))
    socket.on('end', () => settle('fin'))
    socket.on('error', (error) => settle('code' in error && error.code === 'ECONNREFUSED' ? 'refused' : 'reset'))
    socket.write(rawRequest(target, JSON.stringify(body)))
  })
}

function rawRequest({ path, headers: extra = {} }: RawTarget, body: string): string {
  const length = new TextEncoder().encode(body).length
  const headers = ['host: upstream', 'connection: close', 'content-type: application/json', `content-length: ${length}`]
  const more = Object.entries(extra).map(([name, value]) => `${name}: ${value}`)
  return [`POST ${path} HTTP/1.1`, ...headers, ...more, '', body].join('\r\n')
}
