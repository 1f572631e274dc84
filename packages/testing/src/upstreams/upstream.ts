import { Buffer } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { Api, Identity, Reply } from './api.ts'
import { createApi } from './apis.ts'
import { ownBehaviour } from './behaviour.ts'
import type { Behaviour } from './behaviour.ts'
import { FAULTS } from './faults/fault.ts'
import { createListener } from './listener.ts'
import { createMood, existsOn } from './mood.ts'
import type { Behave, Mood } from './mood.ts'
import type { Vendor } from './openai/vendor.ts'
import { perform } from './perform.ts'
import { createRecorder } from './recorder.ts'
import type { OpenRecord, RecordedRequest, Recorder, Totals } from './recorder.ts'
import { healthyScript } from './scene.ts'
import { json } from './script.ts'
import type { Head, Script } from './script.ts'
import { WIRES } from './wire.ts'
import type { ApiName } from './wire.ts'

export interface UpstreamOptions {
  /** Whose wire it speaks. Default `openai`. */
  readonly api?: ApiName
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** Who answered: rides on every answer as `x_simulated.upstream`, and names the server in `x_simulate`. */
  readonly name?: string
  /** Whose habits an `openai` server has. */
  readonly vendor?: Vendor
  /** Default `sim-chat`. */
  readonly models?: readonly string[]
  /** Where given, a request without this key gets the vendor's own refusal. */
  readonly apiKey?: string
  readonly behaviour?: Behaviour
}

/** A server that does what a test tells it to. */
export interface Upstream {
  /** Without a trailing slash and without a version. */
  readonly url: string
  readonly port: number
  readonly requests: readonly RecordedRequest[]
  readonly totals: Totals
  /** From now on, for requests that come: a fault, a behaviour, or a choice made for each request. `{}` is healthy. */
  behave(behaviour: Behave): Promise<void>
  /** Healthy, and nothing recorded or remembered. */
  reset(): Promise<void>
  close(): Promise<void>
}

/**
 * Starts a server on loopback that speaks as a vendor does. Answers are deterministic and the same on every wire: the text
 * repeats the last user message; a word is a token and a delta; tools are called in parallel; a schema gets JSON that fits;
 * the word "refuse" gets a refusal.
 */
export async function startUpstream(options: UpstreamOptions = {}): Promise<Upstream> {
  const recorder = createRecorder()
  const api = options.api ?? 'openai'
  const mood = createMood(options.behaviour ?? {}, WIRES[api])
  const server: Server = { identity: identityOf(options), api: createApi(api, identityOf(options)), recorder, mood, serial: 0 }
  const listener = await createListener(options.port ?? 0, (request, response) => answer(server, request, response))
  const behave = async (behaviour: Behave): Promise<void> => {
    mood.set(behaviour)
    await (mood.isDeaf() ? listener.pause() : listener.resume())
  }
  return {
    url: `http://127.0.0.1:${listener.port}`,
    port: listener.port,
    get requests() {
      return recorder.requests()
    },
    get totals() {
      return recorder.totals()
    },
    behave,
    reset: async () => {
      recorder.reset()
      server.api.reset()
      await behave({})
    },
    close: listener.close,
  }
}

interface Server {
  readonly identity: Identity
  readonly api: Api
  readonly recorder: Recorder
  readonly mood: Mood
  serial: number
}

function identityOf(options: UpstreamOptions): Identity {
  return {
    name: options.name ?? 'upstream',
    vendor: options.vendor ?? 'openai',
    models: options.models ?? ['sim-chat'],
    apiKey: options.apiKey ?? null,
  }
}

async function answer(server: Server, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const bytes = await buffer(request)
  const { method = '', url = '' } = request
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  const record = server.recorder.open({ method, path: url, headers, body: Buffer.from(bytes).toString() })
  server.serial += 1
  const call = { serial: server.serial, method, url: new URL(url, 'http://upstream'), headers, body: record.request.body, bytes }
  const reply = await server.api.reply(call)
  const act = actFor(server, record, reply)
  await perform(withHeaders(act.script, reply.headers), {
    response,
    record,
    chunkDelayMs: act.behaviour.chunkDelayMs ?? 0,
    firstByteDelayMs: act.behaviour.firstByteDelayMs ?? 0,
  })
}

interface Act {
  readonly script: Script
  readonly behaviour: Behaviour
}

/** Faults are for what a model answers: lists and refusals are always healthy (but where the port is closed). */
function actFor(server: Server, record: OpenRecord, reply: Reply): Act {
  if (reply.kind === 'fixed') {
    if (reply.isCounted) record.countRequest()
    return { script: reply.script, behaviour: {} }
  }
  record.countRequest()
  const behaviour = ownBehaviour(reply.wish, server.identity.name) ?? server.mood.next(record.request)
  const fault = behaviour.fault ?? null
  record.plays(fault)
  const scene = reply.scene({ answerWords: behaviour.answerWords ?? 0, afterDeltas: behaviour.afterDeltas ?? 3, nowMs: Date.now() })
  if (fault === null) return { script: healthyScript(scene), behaviour }
  if (existsOn(fault, reply.wire)) return { script: FAULTS[fault].act(scene), behaviour }
  return { script: json(501, { simulated: `The fault ${fault} does not exist on ${reply.wire}` }), behaviour }
}

function withHeaders(script: Script, headers: Head['headers'] = {}): Script {
  return script.head === null ? script : { ...script, head: { ...script.head, headers: { ...headers, ...script.head.headers } } }
}
