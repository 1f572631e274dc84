import { anthropicMessages } from '@gateway/protocols'
import { describe, expect, it } from 'vitest'
import { ASKED, answerOf, frame, scriptedServer, type ScriptedServer } from './__fixtures__/scripted-server.ts'

const WHOLE = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'some-model',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
})
const STREAM = [frame({ role: 'assistant', content: 'Hi' }), frame({}, 'stop'), 'data: [DONE]\n\n']

const whole = (): ScriptedServer => scriptedServer({ answer: async () => answerOf([WHOLE]) })
const streamed = (): ScriptedServer => scriptedServer({ answer: async () => answerOf(STREAM) })
const failing = (): ScriptedServer => scriptedServer({ answer: async () => answerOf(['{}'], 500) })

const HELLO = { messages: [{ role: 'user', content: 'Hello' }], model: 'some-model', max_tokens: 9 }
const CONTENTS = { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] }

describe('Messages', () => {
  it('are answered in their own shape by a vendor of another protocol', async () => {
    const response = await whole().post('/v1/messages', HELLO)
    expect(response.headers.get('request-id')).toMatch(/^req_/)
    expect(await response.json()).toMatchObject({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: 'Hi' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 3, output_tokens: 1 },
    })
  })

  it('stream from message_start to message_stop', async () => {
    const text = await (await streamed().post('/v1/messages', { ...HELLO, stream: true })).text()
    const names = text.split('\n').flatMap((line) => (line.startsWith('event: ') ? [line.slice('event: '.length)] : []))
    expect([names[0], names.at(-1)]).toEqual(['message_start', 'message_stop'])
  })

  it('have errors in Anthropic’s envelope', async () => {
    const unknown = await whole().post('/v1/messages', { ...HELLO, model: 'other' })
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { type: 'error', error: { type: 'not_found_error' } }])
    const failed = await failing().post('/v1/messages', HELLO)
    expect(failed.headers.get('x-should-retry')).toBe('false')
    expect(await failed.json()).toMatchObject({ type: 'error', error: { type: expect.any(String) } })
  })

  it('are counted by estimate where no vendor of their own would answer, and it is said', async () => {
    const response = await whole().post('/v1/messages/count_tokens', { model: 'some-model', messages: HELLO.messages })
    expect(response.headers.get('x-gateway-warnings')).toBe('emulated:count_tokens (estimated)')
    expect(await response.json()).toEqual({ input_tokens: 5 })
  })
})

describe('a vendor of Messages behind Messages', () => {
  it('gets the beta that the client asks for, and none of its other headers', async () => {
    const message = JSON.stringify({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [{ type: 'text', text: 'Hi' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 1, output_tokens: 1 },
    })
    const server = scriptedServer({ answer: async () => answerOf([message]), protocol: anthropicMessages })
    const response = await server.post('/v1/messages', HELLO, {
      'anthropic-beta': 'context-1m',
      'anthropic-version': '2026-10-21',
      'x-api-key': 'of-the-client',
    })
    expect([response.status, await response.text()]).toEqual([200, message])
    expect(server.sent[0]?.headers).toMatchObject({
      'anthropic-beta': 'context-1m',
      'anthropic-version': '2026-10-21',
      authorization: 'Bearer upstream-secret',
    })
    expect(server.sent[0]?.headers).not.toHaveProperty('x-api-key')
  })
})

describe('Responses', () => {
  it('are answered in their own shape', async () => {
    const response = await whole().post('/v1/responses', { model: 'some-model', input: 'Hello' })
    expect(await response.json()).toMatchObject({ object: 'response', status: 'completed', usage: { input_tokens: 3, output_tokens: 1 } })
  })

  it('need what no vendor of another protocol keeps, and say so', async () => {
    const response = await whole().post('/v1/responses', { model: 'some-model', input: 'Hello', previous_response_id: 'resp_1' })
    expect([response.status, await response.json()]).toMatchObject([400, { error: { param: 'previous_response_id' } }])
  })
})

describe('Gemini', () => {
  it('is answered in its own shape', async () => {
    const response = await whole().post('/v1beta/models/some-model:generateContent', CONTENTS)
    expect(await response.json()).toMatchObject({ candidates: [{ content: { parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }] })
  })

  it('takes a provider before the model, as some clients say it', async () => {
    const response = await whole().post('/v1beta/upstream/some-model:generateContent', CONTENTS)
    expect([response.status, response.headers.get('x-model-used')]).toEqual([200, 'some-model'])
    expect((await whole().post('/v1beta/upstream/some-model', CONTENTS)).status).toBe(404)
  })

  it('streams events, or one array where the client does not ask for events', async () => {
    const path = '/v1beta/models/some-model:streamGenerateContent'
    const events = await streamed().post(`${path}?alt=sse`, CONTENTS)
    expect([events.headers.get('content-type'), (await events.text()).startsWith('data: ')]).toEqual([
      'text/event-stream; charset=utf-8',
      true,
    ])
    const array = await streamed().post(path, CONTENTS)
    expect(array.headers.get('content-type')).toBe('application/json')
    expect(await array.json()).toMatchObject([{ candidates: [{ content: { parts: [{ text: 'Hi' }] } }] }, {}])
  })

  it('has errors in Google’s envelope', async () => {
    const unknown = await whole().post('/v1beta/models/other:generateContent', CONTENTS)
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { error: { code: 404, status: 'NOT_FOUND' } }])
    const noMethod = await whole().post('/v1beta/models/some-model:sing', CONTENTS)
    expect(noMethod.status).toBe(404)
  })
})

describe('a strict request', () => {
  const lossy = { ...HELLO, top_k: 5 }

  it('is refused with the names of what would be lost', async () => {
    const server = whole()
    const response = await server.post('/v1/messages', lossy, { 'x-gateway-strict': 'true' })
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('top_k')])
    expect(server.sent).toEqual([])
  })

  it('is every one where the deployment says so', async () => {
    const server = scriptedServer({ answer: async () => answerOf([WHOLE]), settings: { isStrict: true } })
    expect((await server.post('/v1/messages', lossy)).status).toBe(400)
  })

  it('is otherwise answered with a warning', async () => {
    const response = await whole().post('/v1/messages', lossy)
    expect([response.status, response.headers.get('x-gateway-warnings')]).toEqual([200, expect.stringContaining('top_k')])
  })
})

describe('a provider in the body', () => {
  it.each([{ provider: 'upstream' }, { forceProvider: 'upstream' }])('is chosen by %j, and does not reach the vendor', async (choice) => {
    const server = whole()
    const response = await server.post('/v1/chat/completions', { ...ASKED, ...choice, model: 'any-model' })
    expect(response.status).toBe(200)
    expect(
      JSON.parse(
        new TextDecoder().decode(
          server.sent[0]?.body instanceof Uint8Array ? server.sent[0].body : new TextEncoder().encode(server.sent[0]?.body),
        ),
      ),
    ).toEqual({
      ...ASKED,
      model: 'any-model',
    })
  })

  it('that is none is a model that does not exist', async () => {
    expect((await whole().post('/v1/chat/completions', { ...ASKED, provider: 'nobody' })).status).toBe(404)
  })
})

describe('what people ask about models', () => {
  it('is who would answer and why', async () => {
    const server = whole()
    const candidate = { provider: 'upstream', model: 'some-model', reason: 'price unknown', expected_cost_usd: null }
    const byName = await server.request('/v1/route-check?model=some-model')
    expect(await byName.json()).toMatchObject({ model: 'some-model', strategy: 'cost-optimized', candidates: [candidate] })
    const byRequest = await server.post('/v1/route-check', ASKED, { 'x-routing-strategy': 'local-first' })
    expect(await byRequest.json()).toMatchObject({
      strategy: 'local-first',
      candidates: [{ reason: 'cloud, if local fails; price unknown' }],
    })
    expect(server.sent).toEqual([])
    expect((await server.request('/v1/route-check')).status).toBe(400)
    expect((await server.request('/v1/route-check?model=other')).status).toBe(404)
  })

  it('is how long a text is', async () => {
    const response = await whole().post('/v1/tokenize', { input: 'Hello', model: 'some-model' })
    expect(await response.json()).toEqual({ tokens: 5, method: 'estimated' })
    expect((await whole().post('/v1/tokenize', { model: 'some-model' })).status).toBe(400)
  })

  it('is what they cost and whether they are there', async () => {
    const response = await whole().request('/v1/model-options')
    expect(await response.json()).toMatchObject({
      models: [{ model: 'some-model', options: [{ provider: 'upstream', local: false, price_usd_per_million: null, available: null }] }],
    })
  })

  it('is answered in the shape of the client', async () => {
    const server = whole()
    const anthropic = await server.request('/v1/models', { headers: { 'anthropic-version': '2023-06-01' } })
    expect(await anthropic.json()).toMatchObject({ data: [{ type: 'model', id: 'some-model' }], has_more: false })
    const google = { models: [{ name: 'models/some-model', supportedGenerationMethods: expect.arrayContaining(['countTokens']) }] }
    expect(await (await server.request('/v1beta/models')).json()).toMatchObject(google)
    expect(await (await server.request('/v1/models', { headers: { 'x-goog-api-key': 'key' } })).json()).toMatchObject(google)
  })

  it('is answered in the shape of the client for one model too', async () => {
    const shapeOf = async (path: string, headers: Readonly<Record<string, string>> = {}): Promise<unknown> =>
      (await whole().request(path, { headers })).json()
    expect(await shapeOf('/v1/models/upstream/some-model')).toMatchObject({ id: 'upstream/some-model', object: 'model' })
    expect(await shapeOf('/v1/models/some-model', { 'anthropic-version': '2023-06-01' })).toMatchObject({ type: 'model' })
    expect(await shapeOf('/v1/models/some-model', { 'x-goog-api-key': 'key' })).toMatchObject({ name: 'models/some-model' })
    expect(await shapeOf('/v1beta/models/some-model')).toMatchObject({ name: 'models/some-model' })
  })

  it('is there where Groq’s client asks', async () => {
    const server = whole()
    expect(await (await server.request('/openai/v1/models')).json()).toMatchObject({ data: [{ id: 'some-model' }] })
    expect(await (await server.request('/openai/v1/models/some-model')).json()).toMatchObject({ id: 'some-model' })
  })
})

describe('everything else of OpenAI’s surface', () => {
  const image = JSON.stringify({ data: [{ url: 'https://a.test/i.png' }], usage: { input_tokens: 7, output_tokens: 11 } })
  const passing = (): ScriptedServer =>
    scriptedServer({
      answer: async () => ({
        ...answerOf([image]),
        header: (name: string) => (name === 'content-type' ? 'application/json' : 'session=1'),
      }),
    })

  it('is passed on as it came, and booked with the usage that is stated', async () => {
    const server = passing()
    const response = await server.post('/v1/images/generations?x=1', { model: 'some-model', prompt: 'a cat' })
    expect([response.status, await response.text()]).toEqual([200, image])
    expect(response.headers.get('set-cookie')).toBeNull()
    expect(server.sent[0]).toMatchObject({ method: 'POST', url: 'http://upstream.test/v1/images/generations?x=1' })
    expect(server.records).toMatchObject([{ status: 'success', usage: { input: { tokens: 7 }, output: { tokens: 11 } } }])
  })

  it('goes to the first provider that takes it where it names no model', async () => {
    const server = passing()
    expect((await server.request('/v1/files')).status).toBe(200)
    expect(server.sent[0]).toMatchObject({ method: 'GET', url: 'http://upstream.test/v1/files' })
    expect((await server.request('/v1/files/file-1', { method: 'DELETE' })).status).toBe(200)
  })

  it('takes forms, whose model stands in a field', async () => {
    const server = passing()
    const form = new FormData()
    form.set('model', 'some-model')
    form.set('file', new Blob(['abc']), 'a.wav')
    const response = await server.request('/v1/audio/transcriptions', { method: 'POST', body: form })
    expect(response.status).toBe(200)
    expect(server.sent[0]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/)
    const broken = await server.request('/v1/audio/transcriptions', {
      method: 'POST',
      body: 'no form',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    })
    expect(broken.status).toBe(400)
  })

  it.each(['/v1/%2e%2e/admin', '/v1/a%2f..%2fb', '/v1//slots', '/v1/files/%00', '/v1/a;b'])(
    'never leaves the address of the provider: %s',
    async (path) => {
      const server = passing()
      expect((await server.request(path)).status).toBe(404)
      expect(server.sent).toEqual([])
    },
  )
})

describe('text completions', () => {
  it('are answered by a model that chats, where the prompt is one text', async () => {
    const server = whole()
    const response = await server.post('/v1/completions', { model: 'some-model', prompt: 'Hello' })
    expect(await response.json()).toMatchObject({ object: 'text_completion', choices: [{ text: 'Hi', finish_reason: 'stop' }] })
    expect(response.headers.get('x-gateway-warnings')).toContain('emulated:prompt')
  })
})

describe('embeddings', () => {
  const vectors = JSON.stringify({
    object: 'list',
    data: [{ object: 'embedding', index: 0, embedding: [0.5, -1] }],
    model: 'some-model',
    usage: { prompt_tokens: 2, total_tokens: 2 },
  })
  const embedding = (): ScriptedServer => scriptedServer({ answer: async () => answerOf([vectors]) })

  it('are passed on as they came, and booked', async () => {
    const server = embedding()
    const response = await server.post('/v1/embeddings', { model: 'some-model', input: 'Hello' })
    expect([response.status, await response.text()]).toEqual([200, vectors])
    expect(server.sent[0]?.url).toBe('http://upstream.test/v1/embeddings')
    expect(server.records).toMatchObject([{ status: 'success', usage: { input: { tokens: 2, provenance: 'provider' } } }])
  })

  it('are written in Google’s words for its clients', async () => {
    const response = await embedding().post('/v1beta/models/some-model:embedContent', { content: { parts: [{ text: 'Hello' }] } })
    expect(await response.json()).toMatchObject({ embedding: { values: [0.5, -1] } })
  })

  it('need an input', async () => {
    const response = await embedding().post('/v1/embeddings', { model: 'some-model' })
    expect([response.status, await response.json()]).toMatchObject([400, { error: { param: 'input' } }])
  })
})
