import {
  judgeStatus,
  TransportError,
  type Clock,
  type Endpoint,
  type ListedModel,
  type ModelList,
  type Provider,
  type Transport,
  type TransportResponse,
} from '@gateway/core'

/** What came of asking. `isThere`: the server answers; a wrong key, or a server that fails, is as good as none. */
export type ModelAnswer =
  | { readonly ok: true; readonly isThere: true; readonly models: readonly ListedModel[] }
  | { readonly ok: false; readonly isThere: boolean; readonly error: string; readonly isKeyRefused?: boolean }

/** The endpoint that was asked last, and what it said. */
export interface AnsweredBy {
  readonly endpoint: string
  readonly answer: ModelAnswer
}

const TIMEOUT_MS = 5_000
const MAX_LIST_BYTES = 4 * 1024 * 1024

export interface AskParts {
  readonly transport: Transport
  readonly clock: Clock
}

/**
 * Asks one provider for its models, by the next of its keys where one is refused. Never rejects; has an answer after 5 seconds even
 * if the transport does not heed its signal.
 */
export async function askForModels(provider: Provider, modelList: ModelList, { transport, clock }: AskParts): Promise<AnsweredBy> {
  const controller = new AbortController()
  const timeout = new Promise<AnsweredBy>((resolve) => {
    const answer = { endpoint: provider.endpoints[0].name, answer: absent('no answer within 5 seconds') }
    controller.signal.addEventListener('abort', () => resolve(answer))
  })
  const cancelTimer = clock.schedule(TIMEOUT_MS, () => controller.abort())
  const askEndpoint = async (endpoint: Endpoint): Promise<ModelAnswer> => {
    try {
      const response = await transport.send({
        method: 'GET',
        url: endpoint.baseUrl + modelList.path,
        headers: { accept: 'application/json', ...endpoint.headers },
        signal: controller.signal,
        connectTimeoutMs: TIMEOUT_MS,
      })
      return await read(response, modelList)
    } catch (error) {
      return absent(error instanceof TransportError ? TRANSPORT_MESSAGES[error.kind] : 'it could not be asked')
    }
  }
  const ask = async ([first, next, ...others]: Provider['endpoints']): Promise<AnsweredBy> => {
    const answer = await askEndpoint(first)
    return next && !answer.ok && answer.isKeyRefused ? ask([next, ...others]) : { endpoint: first.name, answer }
  }
  try {
    return await Promise.race([ask(provider.endpoints), timeout])
  } finally {
    cancelTimer()
    // A body that nobody reads would keep its connection.
    controller.abort()
  }
}

const TRANSPORT_MESSAGES = {
  'connection-failed': 'it could not be reached',
  'connect-timeout': 'it did not accept the connection in time',
  'connection-reset': 'it closed the connection before its answer was complete',
} as const

async function read(response: TransportResponse, modelList: ModelList): Promise<ModelAnswer> {
  const { status } = response
  if (HAS_NO_LIST.has(status)) return { ok: false, isThere: true, error: `it has no list of models at this address (status ${status})` }
  if (status < 200 || status > 299) {
    const { reason, scope } = judgeStatus(status)
    return { ...absent(`${reason} (status ${status})`), isKeyRefused: scope === 'credential' }
  }
  const text = await readText(response.body)
  if (text === null) return { ok: false, isThere: true, error: 'its list of models is larger than 4 MiB' }
  const body = parse(text)
  if (body === undefined) return absent('its list of models is not JSON')
  return { ok: true, isThere: true, models: modelList.read(body) }
}

/** Some servers of OpenAI's protocol have no list; chat may work all the same. */
const HAS_NO_LIST: ReadonlySet<number> = new Set([404, 405])

function absent(error: string): Extract<ModelAnswer, { ok: false }> {
  return { ok: false, isThere: false, error }
}

/** Null where it is too long. */
async function readText(body: AsyncIterable<Uint8Array>): Promise<string | null> {
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  for await (const chunk of body) {
    length += chunk.byteLength
    if (length > MAX_LIST_BYTES) return null
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
