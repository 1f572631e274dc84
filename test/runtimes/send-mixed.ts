import { request } from 'node:http'
import type { RequestKind, Seen } from './mixed-requests.ts'

/** A request as its client saw it. */
export interface SeenRequest extends Seen {
  readonly kind: RequestKind
  /** `x-request-id` of the answer. */
  readonly id: string
}

export interface Sending {
  /** Of the gateway, without `/v1`. */
  readonly url: string
  readonly token: string
  readonly model: string
  /** So many at a time. */
  readonly concurrency: number
}

/** Sends as many requests of each kind as it says, the kinds mixed, and reads or leaves each answer. */
export async function sendMixed(kinds: readonly RequestKind[], sending: Sending): Promise<readonly SeenRequest[]> {
  const seen: SeenRequest[] = []
  const queue = mixed(kinds.flatMap((kind) => Array.from({ length: kind.count }, () => kind)))
  const work = async (): Promise<void> => {
    for (let kind = queue.shift(); kind !== undefined; kind = queue.shift()) seen.push(await send(kind, sending))
  }
  await Promise.all(Array.from({ length: sending.concurrency }, work))
  return seen
}

/** The same order each time: every 389th of what is left over. */
function mixed(kinds: readonly RequestKind[]): RequestKind[] {
  const rest = [...kinds]
  return kinds.flatMap((_, index) => rest.splice((index * 389) % rest.length, 1))
}

async function send(kind: RequestKind, sending: Sending): Promise<SeenRequest> {
  const { model, token, url } = sending
  const call: Call = {
    address: `${url}/v1/chat/completions`,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: `Tell me of ${kind.name}` }], ...kind.body }),
  }
  return { kind, ...(kind.seen.end === 'left' ? await readAndLeave(call, kind.row.deltas ?? 0) : await readAll(call)) }
}

interface Call {
  readonly address: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

async function readAll({ address, headers, body }: Call): Promise<Omit<SeenRequest, 'kind'>> {
  const response = await fetch(address, { method: 'POST', headers, body })
  const text = await response.text()
  return { id: response.headers.get('x-request-id') ?? '', status: response.status, end: endOf(text) }
}

function endOf(text: string): Seen['end'] {
  if (text.includes('"error":')) return 'error'
  return text.includes('"finish_reason":"') ? 'clean' : 'cut'
}

/**
 * Leaves once so many deltas have come, as a process does that is killed: by a reset. workerd hears of nothing less before it
 * writes again. `cut` where the stream ended first.
 */
function readAndLeave({ address, headers, body }: Call, deltas: number): Promise<Omit<SeenRequest, 'kind'>> {
  return new Promise((resolve, reject) => {
    const asking = request(address, { method: 'POST', headers, agent: false }, (response) => {
      const seen = { id: String(response.headers['x-request-id']), status: response.statusCode ?? 0 }
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
        if ((text.match(/"delta":\{"content":/g) ?? []).length < deltas) return
        resolve({ ...seen, end: 'left' })
        response.socket.resetAndDestroy()
      })
      response.on('end', () => resolve({ ...seen, end: 'cut' })).on('error', reject)
    })
    asking.on('error', reject).end(body)
  })
}
