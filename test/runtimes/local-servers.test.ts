import OpenAI, { APIError } from 'openai'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { modelsOf } from './ask.ts'
import { alphabet } from './local/alphabet-model.ts'
import { CONTEXT_TOKENS, installedServers, type LocalServer, type RunningServer } from './local/servers.ts'
import { MACHINES, type Launched } from './runtimes.ts'
import { anthropic } from './sdks/clients/anthropic.ts'
import { openaiResponses } from './sdks/clients/openai-responses.ts'

const servers = installedServers()
const NOTHING_INSTALLED =
  'finds no ollama and no llama-server on this machine (OLLAMA_BINARY, LLAMA_SERVER_BINARY, PATH): the gateway was tried before none'
const node = MACHINES.find(({ name }) => name === 'Node')

it.for(servers.length === 0 ? [NOTHING_INSTALLED] : [])('%s', () => {
  expect(servers).toEqual([])
})

for (const server of servers) testServer(server)

/** Tests run in order, and the last one kills what runs the model. */
function testServer({ name, endpoint, model, refuses, start }: LocalServer): void {
  describe(`a real ${name}`, { timeout: 60_000 }, () => {
    let running: RunningServer
    let gateway: Launched | undefined
    let url = ''
    let client: OpenAI

    beforeAll(async () => {
      running = await start()
      gateway = await node?.launch({ env: { [endpoint]: running.url } })
      url = (await gateway?.url()) ?? ''
      client = clientOf(url)
    }, 120_000)

    afterAll(async () => {
      await gateway?.stop()
      await running?.stop()
    })

    it('is found with what it serves', async () => {
      await vi.waitFor(async () => expect(await modelsOf(url)).toContain(model), 10_000)
    })

    it('answers to its name without a tag and by its provider', async () => {
      for (const known of ['alphabet', model, `${name}/${model}`]) {
        const answer = await client.chat.completions.create(question({ model: known, max_tokens: 3 }))
        expect(answer.choices[0]?.message.content).toBe('abc')
      }
    })

    it('is cut at its limit, with its own count of tokens', async () => {
      const asked = question({ max_tokens: 30 })
      const [answer, direct] = await Promise.all([client, clientOf(running.url)].map((either) => either.chat.completions.create(asked)))
      expect(answer?.choices[0]).toMatchObject({ finish_reason: 'length', message: { role: 'assistant', content: alphabet(30) } })
      expect(tokensOf(answer?.usage)).toEqual(tokensOf(direct?.usage))
      expect(answer?.usage?.completion_tokens).toBe(30)
    })

    it('is cut as well by the limit’s newer name', async () => {
      const { choices } = await client.chat.completions.create(question({ max_completion_tokens: 3 }))
      expect(choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'abc' } })
    })

    it('streams the same, and tells its usage only to who asks', async () => {
      const direct = await clientOf(running.url).chat.completions.create(question({ max_tokens: 30 }))
      const asked = { ...question({ max_tokens: 30 }), stream: true, stream_options: { include_usage: true } } as const
      const chunks = await Array.fromAsync(await client.chat.completions.create(asked))
      expect(textOf(chunks)).toBe(alphabet(30))
      expect(chunks.flatMap(({ choices }) => choices.flatMap(({ finish_reason: reason }) => reason ?? []))).toEqual(['length'])
      expect(tokensOf(chunks.at(-1)?.usage)).toEqual(tokensOf(direct.usage))
      const untold = await Array.fromAsync(await client.chat.completions.create({ ...question({ max_tokens: 3 }), stream: true }))
      expect(textOf(untold)).toBe('abc')
      expect(untold.filter(({ usage }) => usage)).toEqual([])
    })

    for (const sdk of [anthropic, openaiResponses]) {
      it.for([false, true])(`answers ${sdk.name} (stream: %s)`, async (isStreamed) => {
        const said = await sdk.connect({ url, key: 'any' }).ask({ model: 'alphabet', text: 'Hello', maxTokens: 30, isStreamed })
        const { usage } = await client.chat.completions.create(question({ max_tokens: 30 }))
        expect(said).toMatchObject({ text: alphabet(30), end: 'length', usage: { input: usage?.prompt_tokens, output: 30 } })
      })
    }

    it('stops when its client leaves: its one slot is free again', async () => {
      const stream = await client.chat.completions.create({ ...endless(), stream: true })
      let heard = ''
      for await (const chunk of stream) {
        heard += chunk.choices[0]?.delta.content ?? ''
        if (heard.length > 5) break
      }
      const left = performance.now()
      await client.chat.completions.create(question({ max_tokens: 1 }))
      expect(performance.now() - left).toBeLessThan(3_000)
    })

    it.for(refuses ? [false, true] : [])('says 400 to more than its context holds (stream: %s)', async (stream) => {
      const asked = { ...question({ content: 'x'.repeat(CONTEXT_TOKENS + 100) }), stream }
      await expect(client.chat.completions.create(asked)).rejects.toMatchObject({ status: 400, type: TOO_LONG })
    })

    it.for(refuses ? [false, true] : [])('is not taken for broken because it does not see (stream: %s)', async (stream) => {
      const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } } as const
      const asked = { ...question({ content: [image] }), stream }
      const failure: unknown = await client.chat.completions.create(asked).catch((error: unknown) => error)
      expect(failure).toMatchObject({ type: expect.any(String), message: expect.stringMatching(/image/) })
      expect(failure instanceof APIError && failure.headers?.get('x-gateway-attempts')).toBe('1')
      const { choices } = await client.chat.completions.create(question({ max_tokens: 3 }))
      expect(choices[0]?.message.content).toBe('abc')
    })

    it('ends a stream with an error when it is killed', async () => {
      const stream = await client.chat.completions.create({ ...endless(), stream: true })
      let heard = ''
      const read = async (): Promise<void> => {
        for await (const chunk of stream) {
          if (heard === '') await running.killRunner()
          heard += chunk.choices[0]?.delta.content ?? ''
        }
      }
      const failure: unknown = await read().catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(APIError)
      expect(failure).toMatchObject({ code: expect.any(String), type: expect.any(String) })
      expect(alphabet(heard.length)).toBe(heard)
    })

    it('has a row for each of these in the log, the cancelled and the failed one too', async () => {
      const statuses = async (): Promise<readonly unknown[]> =>
        (await gateway?.query(`SELECT DISTINCT status FROM inference_logs ORDER BY status`))?.map(({ status }) => status) ?? []
      await vi.waitFor(async () => expect(await statuses()).toEqual(['cancelled', 'failed', 'success']), 5_000)
    })
  })
}

const TOO_LONG = 'exceed_context_size_error'
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

type Body = OpenAI.ChatCompletionCreateParamsNonStreaming
type Content = Extract<OpenAI.ChatCompletionMessageParam, { role: 'user' }>['content']

interface Asked {
  readonly model?: string
  readonly content?: Content
  readonly max_tokens?: number
  readonly max_completion_tokens?: number
}

function question({ model = 'alphabet', content = 'Hello', ...limit }: Asked): Body {
  return { model, messages: [{ role: 'user', content }], ...limit }
}

/** Seconds of work: as much as its context holds. */
function endless(): Body {
  return question({ max_tokens: CONTEXT_TOKENS - 100 })
}

function clientOf(url: string): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any', maxRetries: 0 })
}

function textOf(chunks: readonly OpenAI.ChatCompletionChunk[]): string {
  return chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')
}

/** A prompt that was asked before may be cached: the counts are the same. */
function tokensOf(usage: OpenAI.CompletionUsage | null | undefined): object {
  return { prompt: usage?.prompt_tokens, completion: usage?.completion_tokens, total: usage?.total_tokens }
}
