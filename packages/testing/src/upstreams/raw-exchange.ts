import { connect } from 'node:net'

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
export function rawPost(
  target: { readonly port: number; readonly path: string },
  body: unknown,
  silenceMs: number = 250,
): Promise<RawAnswer> {
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
    socket.write(rawRequest(target.path, JSON.stringify(body)))
  })
}

function rawRequest(path: string, body: string): string {
  const length = new TextEncoder().encode(body).length
  const headers = ['host: upstream', 'connection: close', 'content-type: application/json', `content-length: ${length}`]
  return [`POST ${path} HTTP/1.1`, ...headers, '', body].join('\r\n')
}
