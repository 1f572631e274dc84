import Anthropic from '@anthropic-ai/sdk'
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startUpstream } from '../upstream.ts'
import type { Upstream } from '../upstream.ts'

let upstream: Upstream
let client: Anthropic

beforeAll(async () => {
  upstream = await startUpstream({ api: 'anthropic', models: ['claude-sim'] })
  client = new Anthropic({ baseURL: upstream.url, apiKey: 'any', maxRetries: 0 })
})

afterAll(() => upstream.close())

const messages: Anthropic.MessageParam[] = [{ role: 'user', content: 'one two three' }]

it('goes on with a conversation of which the SDK sends only what is new', async () => {
  const weather = betaTool({
    name: 'weather',
    description: 'Tells the weather.',
    inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
    run: () => 'sunny',
  })
  const message = await client.beta.messages.toolRunner({ model: 'claude-sim', max_tokens: 100, messages, tools: [weather] })
  expect(message.content).toMatchObject([{ type: 'text', text: 'Simulated answer 0 to: one two three — naïve ✓ 😀 done.' }])
  expect(upstream.requests.map(({ body }) => JSON.parse(body).messages.length)).toEqual([1, 1])
})

it('has nothing for a thread that it does not know', async () => {
  const thread = { type: 'continue', previous_message_id: 'msg_unknown' }
  const body = { model: 'claude-sim', max_tokens: 100, messages, thread }
  await expect(client.post('/v1/messages', { body })).rejects.toMatchObject({ status: 404 })
})
