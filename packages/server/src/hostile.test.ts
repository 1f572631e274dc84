import { describe, expect, it } from 'vitest'
import { answerOf, ASKED, frame, scriptedServer, type ScriptedServer } from './__fixtures__/scripted-server.ts'

const WHOLE = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'some-model',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
})
const MESSAGE = { ...ASKED, max_tokens: 9 }

const server = (): ScriptedServer => scriptedServer({ answer: async () => answerOf([WHOLE]) })
const streaming = (): ScriptedServer =>
  scriptedServer({ answer: async () => answerOf([frame({ role: 'assistant', content: 'Hi' }), frame({}, 'stop'), 'data: [DONE]\n\n']) })

describe('names that a client makes up', () => {
  it('stand in headers as ASCII, half a surrogate pair too', async () => {
    for (const [model, header] of [
      ['upstream/\ud800', '%EF%BF%BD'],
      ['upstream/a\r\nx-evil: 1\u2028', 'a%0D%0Ax-evil: 1%E2%80%A8'],
    ]) {
      const whole = await server().chat({ ...ASKED, model })
      expect([whole.status, whole.headers.get('x-model-used'), whole.headers.get('x-evil')]).toEqual([200, header, null])
      const stream = await streaming().chat({ ...ASKED, model, stream: true })
      expect([stream.status, stream.headers.get('x-model-used')]).toEqual([200, header])
    }
  })

  it('make no header that a client of Node would refuse', async () => {
    const strange = Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`字段\ud800${index}`, 1]))
    const { records, post } = server()
    const response = await post('/v1/messages', { ...MESSAGE, ...strange, ['x'.repeat(100_000)]: 1 })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-gateway-warnings')?.length).toBeLessThanOrEqual(2_048)
    expect(records[0]?.warnings.join(', ').length).toBeLessThan(2_000)
  })

  it('fill no error of a strict request', async () => {
    const strange = { ['x'.repeat(100_000)]: 1 }
    const response = await server().post('/v1/messages', { ...MESSAGE, ...strange }, { 'x-gateway-strict': 'true' })
    expect(response.status).toBe(400)
    expect((await response.text()).length).toBeLessThan(1_000)
  })
})

describe('a body that costs more to read than to send', () => {
  const DEEP = '['.repeat(100_000) + ']'.repeat(100_000)
  const WIDE = Array.from({ length: 2_000 }, (_, index) => `"k${index}":1`).join()

  it.each([
    '/v1/chat/completions',
    '/v1/responses',
    '/v1/completions',
    '/v1/embeddings',
    '/v1/messages',
    '/v1/messages/count_tokens',
    '/v1beta/models/some-model:generateContent',
    '/v1/route-check',
    '/v1/tokenize',
    '/v1/images/generations',
  ])('is refused at %s', async (path) => {
    const { request, sent } = server()
    for (const extra of [`"x":${DEEP}`, WIDE]) {
      const body = `{"model":"some-model","messages":[{"role":"user","content":"Hello"}],"input":"Hello",${extra}}`
      const response = await request(path, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
      expect(response.status).toBe(400)
    }
    expect(sent).toEqual([])
  })
})

describe('a body that never comes to its end', () => {
  it.each([{}, { 'content-length': '1000' }])('is given up, and its connection', async (length) => {
    const { clock, request, sent } = server()
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{"model":')) })
    const headers = { 'content-type': 'application/json', ...length }
    const asked = request('/v1/chat/completions', { method: 'POST', body, duplex: 'half', headers })
    await clock.advance(180_000)
    const response = await asked
    expect([response.status, response.headers.get('connection')]).toEqual([408, 'close'])
    expect(sent).toEqual([])
  })

  it('leaves no timer behind where it comes', async () => {
    const { clock, chat } = server()
    await (await chat(ASKED)).text()
    expect(clock.pending()).toBe(0)
  })
})

describe('a request that the gateway passes on unread', () => {
  const pass = (body: string, type = 'application/json'): { asked: Promise<Response>; sent: ScriptedServer['sent'] } => {
    const { request, sent } = server()
    return { asked: request('/v1/images/generations', { method: 'POST', body, headers: { 'content-type': type } }), sent }
  }

  it('means to the provider what it meant to the gateway', async () => {
    const { asked, sent } = pass('{"model":"forbidden","model":"some-model","prompt":"Hi"}')
    expect((await asked).status).toBe(200)
    expect(new TextDecoder().decode(bytesOf(sent[0]?.body))).toBe('{"model":"some-model","prompt":"Hi"}')
  })

  it.each(['Application/JSON', 'application/vnd.api+json'])('is read for its model as %s', async (type) => {
    expect((await pass('{"model":"nobody-has-this"}', type).asked).status).toBe(404)
  })

  it('is refused as JSON that is no UTF-8', async () => {
    const body = new Uint8Array([...new TextEncoder().encode('{"model":"some-model","prompt":"'), 0xff, 0x22, 0x7d])
    const response = await server().request('/v1/images/generations', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    })
    expect(response.status).toBe(400)
  })
})

describe('an answer that the gateway passes on unread', () => {
  it('is an error of the gateway where it breaks off before its first byte', async () => {
    const broken = scriptedServer({ answer: async () => answerOf([() => Promise.reject(new Error('reset by 10.0.0.7'))]) })
    const response = await broken.post('/v1/images/generations', { model: 'some-model' })
    expect([response.status, response.headers.get('x-request-id')]).toEqual([502, expect.stringMatching(/^req_/)])
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({ error: { message: expect.any(String) } })
    expect(text).not.toContain('10.0.0.7')
  })

  it('is let go of, and booked, where it cannot be passed on', async () => {
    const strange = { ...answerOf(['Hi', () => new Promise<string>(() => {})]), header: () => 'text/\u2028plain' }
    const { post, records, sent } = scriptedServer({ answer: async () => strange })
    expect((await post('/v1/images/generations', { model: 'some-model' })).status).toBe(500)
    expect(sent[0]?.signal.aborted).toBe(true)
    expect(records).toMatchObject([{ status: 'cancelled' }])
  })
})

function bytesOf(body: string | Uint8Array | undefined): Uint8Array {
  return typeof body === 'string' ? new TextEncoder().encode(body) : (body ?? new Uint8Array())
}
