import { describe, expect, it } from 'vitest'
import { ASKED, answerOf, scriptedServer } from './__fixtures__/scripted-server.ts'

const WHOLE = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'some-model',
  vendor_field: 'kept',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
})
const answers = async (): Promise<ReturnType<typeof answerOf>> => answerOf([WHOLE])

describe('the HTTP surface', () => {
  it('passes a whole answer on as the bytes that came, with who answered', async () => {
    const response = await scriptedServer({ answer: answers }).chat(ASKED)
    expect(response.status).toBe(200)
    expect(await response.text()).toBe(WHOLE)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json',
      'x-provider-used': 'upstream',
      'x-model-used': 'some-model',
      'x-routing-strategy': 'cost-optimized',
      'x-gateway-attempts': '1',
      'x-request-id': expect.stringMatching(/^req_[0-9a-f]{32}$/),
    })
  })

  it('sends the upstream its own key and none of the headers of the client', async () => {
    const server = scriptedServer({ answer: answers })
    await server.chat(ASKED, {
      headers: { 'content-type': 'application/json', authorization: 'Bearer of-the-client', 'x-base-url': 'http://evil.test' },
    })
    expect(server.sent[0]?.headers).toEqual({
      accept: 'application/json',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      authorization: 'Bearer upstream-secret',
    })
    expect(server.sent[0]?.url).toBe('http://upstream.test/v1/chat/completions')
  })

  it.each([
    ['no JSON', '{"model":', 400],
    ['an empty body', '', 400],
    ['an array', '[]', 400],
    ['no model', { messages: ASKED.messages }, 400],
    ['no messages', { model: 'some-model' }, 400],
    ['a model that nobody has', { ...ASKED, model: 'other' }, 404],
    ['a model named like a property of objects', { ...ASKED, model: '__proto__' }, 404],
  ])('answers %s with a typed error', async (_name, body, status) => {
    const server = scriptedServer({ answer: answers })
    const response = await server.chat(body)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', message: expect.any(String) } })
    expect(response.headers.get('x-request-id')).toMatch(/^req_/)
    expect(server.sent).toEqual([])
  })

  it('refuses bytes that are no UTF-8', async () => {
    const response = await scriptedServer({ answer: answers }).request('/v1/chat/completions', {
      method: 'POST',
      body: new Uint8Array([123, 34, 255]),
    })
    expect(response.status).toBe(400)
  })

  it('refuses a body beyond the limit, whatever its stated length', async () => {
    const server = scriptedServer({ answer: answers, settings: { maxBodyBytes: 100 } })
    const response = await server.chat({ ...ASKED, user: 'x'.repeat(200) })
    expect(response.status).toBe(413)
    expect(server.sent).toEqual([])
  })

  it('refuses a body without a stated length as soon as it is beyond the limit', async () => {
    let pulled = 0
    const endless = new ReadableStream({
      pull(controller) {
        pulled += 1
        controller.enqueue(new Uint8Array(1_000))
      },
    })
    const server = scriptedServer({ answer: answers, settings: { maxBodyBytes: 10_000 } })
    const response = await server.request('/v1/chat/completions', { method: 'POST', body: endless, duplex: 'half' })
    expect(response.status).toBe(413)
    expect(pulled).toBeLessThan(15)
  })

  it.each([
    ['content-encoding', { 'content-encoding': 'gzip', 'content-type': 'application/json' }],
    ['multipart', { 'content-type': 'multipart/form-data; boundary=x' }],
  ])('refuses %s', async (_name, headers) => {
    const response = await scriptedServer({ answer: answers }).chat(ASKED, { headers })
    expect(response.status).toBe(415)
  })

  it('names the known strategies where one is unknown', async () => {
    const response = await scriptedServer({ answer: answers }).chat(ASKED, {
      headers: { 'content-type': 'application/json', 'x-routing-strategy': 'nope' },
    })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('cost-optimized, local-first')
  })

  it('says which method an address takes, and that an address is none', async () => {
    const server = scriptedServer({ answer: answers })
    const wrongMethod = await server.request('/v1/chat/completions')
    expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'POST'])
    const nowhere = await server.request('/nothing')
    expect(nowhere.status).toBe(404)
    expect(await nowhere.json()).toMatchObject({ error: { code: 'not_found' } })
  })

  it('tells of an exception nothing but that there was one', async () => {
    const server = scriptedServer({
      answer: answers,
      isDraining: () => {
        throw new Error('secret')
      },
    })
    const response = await server.chat(ASKED)
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('secret')
  })

  it('takes no new request once it is shutting down', async () => {
    const server = scriptedServer({ answer: answers, isDraining: () => true })
    const response = await server.chat(ASKED)
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
    expect((await server.request('/health')).status).toBe(503)
  })
})

describe('an upstream that fails', () => {
  it('is a 503 that says how often the gateway tried, and not to try again', async () => {
    const server = scriptedServer({
      answer: async () => answerOf(['{"error":{"message":"key sk-abcdefghijklmnopqrstuvwx is broken"}}'], 500),
    })
    const response = await server.chat(ASKED)
    const body = await response.text()
    expect(response.status).toBe(503)
    expect([response.headers.get('x-should-retry'), response.headers.get('x-gateway-attempts')]).toEqual(['false', '1'])
    expect(JSON.parse(body)).toMatchObject({
      error: { message: 'All inference endpoints failed', code: 'all_endpoints_failed', attempts: [{ provider: 'upstream', status: 500 }] },
    })
    expect(body).not.toContain('sk-abc')
    expect(body).not.toContain('upstream.test')
  })

  it('never freezes the client by a long retry-after', async () => {
    const limited = {
      ...answerOf(['{"error":{"message":"slow down"}}'], 429),
      header: (name: string) => (name === 'retry-after' ? '579' : null),
    }
    const response = await scriptedServer({ answer: async () => limited }).chat(ASKED)
    expect([response.status, response.headers.get('retry-after'), response.headers.get('retry-after-ms')]).toEqual([429, '60', '60000'])
  })

  it('is not the fault of the client where it refuses the key of the gateway', async () => {
    const response = await scriptedServer({ answer: async () => answerOf(['{"error":{"message":"bad key"}}'], 401) }).chat(ASKED)
    expect(response.status).toBe(503)
  })
})

describe('the key of the gateway', () => {
  const server = (): ReturnType<typeof scriptedServer> => scriptedServer({ answer: answers, settings: { authToken: 'the-right-key' } })

  it.each(['authorization', 'x-api-key', 'x-goog-api-key', 'api-key', 'x-auth-token'])('is taken from %s', async (name) => {
    const value = name === 'authorization' ? 'Bearer the-right-key' : 'the-right-key'
    const response = await server().request('/v1/models', { headers: { [name]: value } })
    expect(response.status).toBe(200)
  })

  it.each([
    undefined,
    'Bearer the-wrong-key',
    'Bearer the-right-ke',
    'Bearer the-right-key2',
    'Bearer',
    'the-right-key',
    "Bearer ' OR 1=1--",
    'Bearer the-right-key, Bearer other',
  ])('is not %s', async (authorization) => {
    const response = await server().request('/v1/models', authorization === undefined ? {} : { headers: { authorization } })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_api_key' } })
  })

  it('is asked for at addresses that do not exist too, but not for health', async () => {
    expect((await server().request('/v1/nothing')).status).toBe(401)
    expect((await server().request('/health')).status).toBe(200)
  })
})

describe('the list of models', () => {
  it('has what the catalogue has, one by one too', async () => {
    const server = scriptedServer({ answer: answers })
    const model = { id: 'some-model', object: 'model', created: 0, owned_by: 'upstream' }
    expect(await (await server.request('/v1/models')).json()).toEqual({ object: 'list', data: [model] })
    expect(await (await server.request('/v1/models/some-model')).json()).toEqual(model)
    expect(await (await server.request('/v1/models/upstream%2Fany')).json()).toMatchObject({ id: 'upstream/any' })
    expect((await server.request('/v1/models/other')).status).toBe(404)
  })
})
