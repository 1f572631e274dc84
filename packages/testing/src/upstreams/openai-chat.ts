import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { catalogueScript } from './catalogue.ts'
import { isBadRequest, readChatRequest } from './chat-request.ts'
import type { ChatRequest } from './chat-request.ts'
import { ownBehaviour, readBehaviour } from './behaviour.ts'
import type { Behaviour } from './behaviour.ts'
import { FAULTS } from './faults/fault.ts'
import type { Fault } from './faults/fault.ts'
import { createListener } from './listener.ts'
import { perform } from './perform.ts'
import { createRecorder } from './recorder.ts'
import type { OpenRecord, RecordedRequest, Recorder, Totals } from './recorder.ts'
import { healthyScript, sceneFor } from './scene.ts'
import { json } from './script.ts'
import type { Script } from './script.ts'
import { complaintFor, errorBody } from './vendor-errors.ts'
import type { Vendor } from './vendor.ts'

export interface UpstreamOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** Who answered: rides on every answer as `x_simulated.upstream`, and names the server in `x_simulate`. */
  readonly name?: string
  readonly vendor?: Vendor
  readonly models?: readonly string[]
  /** Where given, a request without this bearer token gets the vendor's 401. */
  readonly apiKey?: string
  readonly behaviour?: Behaviour
}

/** A server that does what a test tells it to. */
export interface Upstream {
  /** Without a trailing slash and without `/v1`: any prefix is answered. */
  readonly url: string
  readonly port: number
  readonly requests: readonly RecordedRequest[]
  readonly totals: Totals
  /** From now on, for requests that come: a fault, a behaviour, or a choice made for each request. `{}` is healthy. */
  behave(behaviour: Behave): Promise<void>
  /** Healthy, and nothing recorded. */
  reset(): Promise<void>
  close(): Promise<void>
}

export type Behave = Fault | Behaviour | ((request: RecordedRequest) => Fault | Behaviour)

/**
 * Starts a server on loopback that speaks Chat Completions as OpenAI, Groq, OpenRouter, Ollama or llama.cpp do.
 * Answers are deterministic: the text repeats the last user message; a word is a token and a delta; `tools` are called in
 * parallel; `response_format` gets JSON that fits; the word "refuse" gets a refusal.
 */
export async function startOpenAiChat(options: UpstreamOptions = {}): Promise<Upstream> {
  const recorder = createRecorder()
  const mood = createMood(options.behaviour ?? {})
  const identity = { name: options.name ?? 'upstream', vendor: options.vendor ?? 'openai', models: options.models ?? ['sim-chat'] } as const
  const server: Server = { ...identity, apiKey: options.apiKey ?? null, recorder, mood, serial: 0 }
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
      await behave({})
    },
    close: listener.close,
  }
}

interface Server {
  readonly name: string
  readonly vendor: Vendor
  readonly models: readonly string[]
  readonly apiKey: string | null
  readonly recorder: Recorder
  readonly mood: Mood
  serial: number
}

async function answer(server: Server, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const record = server.recorder.open({
    method: request.method ?? '',
    path: request.url ?? '',
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    body: await text(request),
  })
  const act = actFor(server, record)
  await perform(act.script, {
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

/** Which script answers a request. Model lists are always healthy (but where the port is closed): faults are for chat. */
function actFor(server: Server, record: OpenRecord): Act {
  const { method, path, headers, body } = record.request
  if (server.apiKey !== null && headers['authorization'] !== `Bearer ${server.apiKey}`) return refusal(server, 401)
  if (method === 'GET') return { script: catalogueScript(path, server) ?? refusal(server, 404).script, behaviour: {} }
  if (!/\/chat\/completions(\?|$)/.test(path)) return refusal(server, 404)
  record.countChat()
  const chat = readChatRequest(body)
  if (isBadRequest(chat)) {
    const complaint = { status: 400, type: 'invalid_request_error', code: 'invalid_type', ...chat }
    return { script: json(400, errorBody(server.vendor, complaint)), behaviour: {} }
  }
  if (!server.models.includes(chat.model)) return refusal(server, 404, chat.model)
  return chatAct(server, record, chat)
}

function refusal(server: Server, status: number, model: string = ''): Act {
  return { script: json(status, errorBody(server.vendor, complaintFor(status, model))), behaviour: {} }
}

function chatAct(server: Server, record: OpenRecord, chat: ChatRequest): Act {
  const behaviour = ownBehaviour(chat.x_simulate, server.name) ?? server.mood.next(record.request)
  const fault = behaviour.fault ?? null
  record.plays(fault)
  const nowMs = Date.now()
  server.serial += 1
  const speaker = {
    vendor: server.vendor,
    name: server.name,
    id: `chatcmpl-${server.name}-${server.serial}`,
    created: Math.floor(nowMs / 1000),
  }
  const settings = { answerWords: behaviour.answerWords ?? 0, afterDeltas: behaviour.afterDeltas ?? 3, nowMs }
  const scene = sceneFor(chat, speaker, settings)
  return { script: fault === null ? healthyScript(scene) : FAULTS[fault].act(scene), behaviour }
}

/** The behaviour in force, and how often it still applies. */
interface Mood {
  set(behaviour: Behave): void
  isDeaf(): boolean
  next(request: RecordedRequest): Behaviour
}

function createMood(initial: Behaviour): Mood {
  let choose = (_: RecordedRequest): Behaviour => initial
  let left = initial.times ?? Number.POSITIVE_INFINITY
  let isDeaf = false
  return {
    set: (behaviour) => {
      const fixed = typeof behaviour === 'function' ? {} : readBehaviour(behaviour)
      choose = typeof behaviour === 'function' ? (request) => readBehaviour(behaviour(request)) : () => fixed
      left = fixed.times ?? Number.POSITIVE_INFINITY
      isDeaf = fixed.fault === 'refuse-connections'
    },
    isDeaf: () => isDeaf,
    next: (request) => {
      left -= 1
      return left >= 0 ? choose(request) : {}
    },
  }
}
