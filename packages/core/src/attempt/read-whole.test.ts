import { expect, it } from 'vitest'
import { attempt } from '../__fixtures__/attempt.ts'
import { lineProtocol, lineWire } from '../__fixtures__/line-protocol.ts'
import { candidate, provider, REPLY } from '../__fixtures__/parts.ts'
import { answers } from '../__fixtures__/scripted-transport.ts'

const TEXT = JSON.stringify(REPLY)
const request = lineProtocol.openRequest(lineWire({ model: 'm', messages: [], isStreaming: false }))

it('is put together from its pieces, split characters included', async () => {
  const bytes = new TextEncoder().encode(JSON.stringify({ ...REPLY, id: 'réply–1 🦙' }))
  const { ask } = attempt([answers(Array.from(bytes, (byte) => Uint8Array.of(byte)))])
  expect((await ask()).body).toMatchObject({ kind: 'whole', reply: { id: 'réply–1 🦙' } })
})

it('keeps the bytes that came for a client of the same protocol', async () => {
  const { ask } = attempt([answers([`  ${TEXT}\n`])])
  const { body } = await ask({ request })
  const bytes = body.kind === 'whole' && body.wire?.protocol === 'lines' ? body.wire.bytes : new Uint8Array()
  expect(new TextDecoder().decode(bytes)).toBe(`  ${TEXT}\n`)
})

it('keeps no bytes for a client of another protocol, nor of an upstream that breaks its own', async () => {
  const careless = provider('one', { chat: [{ protocol: lineProtocol, path: () => '/', habits: { breaksProtocol: true } }] })
  const { ask } = attempt([answers([TEXT])])
  expect((await ask()).body).toMatchObject({ wire: null })
  expect((await ask({ request, candidates: [candidate('one', { provider: careless })] })).body).toMatchObject({ wire: null })
})

it('is refused where it is larger than the gateway takes, and the rest is not read', async () => {
  const { ask, transport } = attempt([answers(['{', ' '.repeat(50), ' '.repeat(50), '}'])], { maxReplyBytes: 60, maxAttempts: 1 })
  await expect(ask()).rejects.toMatchObject({ attempts: [{ outcome: 'reply-too-large', status: 200 }] })
  expect(transport.seen[0]).toMatchObject({ taken: 3, isLeft: true, request: { signal: { aborted: true } } })
})

it('is taken where it is exactly as large as the gateway takes', async () => {
  const { ask } = attempt([answers([TEXT])], { maxReplyBytes: TEXT.length })
  expect((await ask()).body).toMatchObject({ reply: REPLY })
})

it('may pause between two pieces for as long as the idle clock allows, and no longer', async () => {
  const { ask, clock } = attempt([answers(['{'], { after: 'silence' }), answers([TEXT])])
  const reply = ask()
  await clock.advance(30_000)
  expect((await reply).attempts).toMatchObject([{ outcome: 'idle-timeout', latencyMs: 30_000 }, { outcome: 'success' }])
})

it('has the model that was asked where the upstream does not say which it is', async () => {
  const { ask } = attempt([answers([JSON.stringify({ ...REPLY, model: '' })])])
  expect((await ask()).body).toMatchObject({ reply: { model: 'one-model' } })
})
