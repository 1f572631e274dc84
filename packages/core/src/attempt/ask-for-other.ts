import type { ChatEvent } from '../language/chat-event.ts'
import { isJsonObject } from '../json.ts'
import { usageFrom } from '../language/usage.ts'
import type { OtherModelRequest } from '../model-request.ts'
import type { StreamPart, StreamReader } from '../protocol.ts'
import type { Target } from '../provider.ts'
import { concatBytes } from '../concat-bytes.ts'
import { resumeStream } from './open-stream.ts'
import { UNCOMPRESSED } from './upstream-headers.ts'
import type { UpstreamRequest } from './upstream-request.ts'

/** Passes on what the gateway has no words for. */
export function askForOther(request: OtherModelRequest, { provider, endpoint, model }: Target): UpstreamRequest {
  const contentType = request.contentType === null ? {} : { 'content-type': request.contentType }
  return {
    method: request.method,
    url: endpoint.baseUrl + request.pathFor(model),
    headers: { accept: '*/*', 'accept-encoding': UNCOMPRESSED, ...contentType, ...endpoint.headers },
    body: request.bodyFor(model),
    warnings: [],
    async readBody(open) {
      const { response } = open
      const type = response.header('content-type')
      const reader = usageReader(type?.startsWith('application/json') ?? false)
      return { kind: 'other', status: response.status, contentType: type, parts: resumeStream({ open, reader }, NOTHING) }
    },
    readError: (response) => provider.chat[0].protocol.readError(response),
  }
}

const NOTHING: StreamPart = { bytes: new Uint8Array(), events: [] }
const MAX_METERED_BYTES = 1024 * 1024

/** Passes every byte on, and looks at the end of a JSON answer for OpenAI's `usage`. */
function usageReader(isJson: boolean): StreamReader {
  const held: Uint8Array[] = []
  let heldBytes = 0
  return {
    read(chunk) {
      if (isJson && heldBytes <= MAX_METERED_BYTES) held.push(chunk)
      heldBytes += chunk.byteLength
      return { bytes: chunk, events: [] }
    },
    end: () => ({
      bytes: new Uint8Array(),
      events: [...usageIn(heldBytes <= MAX_METERED_BYTES ? concatBytes(held) : null), { type: 'end' }],
    }),
  }
}

/** Images and transcriptions say `input_tokens`, older surfaces `prompt_tokens`. */
function usageIn(bytes: Uint8Array | null): readonly ChatEvent[] {
  const body = bytes && parse(bytes)
  const usage = isJsonObject(body) && isJsonObject(body['usage']) ? body['usage'] : null
  if (!usage) return []
  const input = numberOf(usage['prompt_tokens'] ?? usage['input_tokens'])
  const output = numberOf(usage['completion_tokens'] ?? usage['output_tokens'])
  return [{ type: 'usage', usage: usageFrom({ input, output }, 'provider') }]
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    // Passed on as it is: a client may know what to make of it.
    return null
  }
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}
