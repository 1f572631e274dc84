import OpenAI from 'openai'
import type { ChatCompletionMessageParam, ChatCompletionTool } from 'openai/resources/chat/completions'

const address = process.env['GATEWAY_URL'] ?? 'http://127.0.0.1:8787'
const model = process.env['MODEL'] ?? 'simulated'

/** The one line that changes in an application: its `baseURL`. */
const client = new OpenAI({ baseURL: `${address}/v1`, apiKey: process.env['AUTH_TOKEN'] ?? 'none' })

const WEATHER: ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather of today in a city.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
}

await chat()
await stream()
await tools()

async function chat(): Promise<void> {
  const messages: ChatCompletionMessageParam[] = [{ role: 'user', content: 'What is a gateway?' }]
  const { data, response } = await client.chat.completions.create({ model, messages }).withResponse()
  console.log('chat:', data.choices[0]?.message.content)
  console.log('answered by:', response.headers.get('x-provider-used'), '/', response.headers.get('x-model-used'))
  console.log('tokens:', data.usage?.total_tokens)
}

async function stream(): Promise<void> {
  const chunks = await client.chat.completions.create({ model, stream: true, messages: [{ role: 'user', content: 'Count to three.' }] })
  process.stdout.write('stream: ')
  for await (const chunk of chunks) process.stdout.write(chunk.choices[0]?.delta.content ?? '')
  process.stdout.write('\n')
}

/** The model asks for a tool, we run it, the model answers with what came of it. */
async function tools(): Promise<void> {
  const messages: ChatCompletionMessageParam[] = [{ role: 'user', content: 'Do I need an umbrella in Paris?' }]
  const { choices } = await client.chat.completions.create({ model, messages, tools: [WEATHER] })
  const calls = choices[0]?.message.tool_calls ?? []
  if (!choices[0] || calls.length === 0) return console.log('tools: this model called none')
  messages.push(choices[0].message)
  for (const call of calls) {
    if (call.type !== 'function') continue
    console.log('tools:', call.function.name, call.function.arguments)
    messages.push({ role: 'tool', tool_call_id: call.id, content: 'Rain until noon.' })
  }
  const answer = await client.chat.completions.create({ model, messages, tools: [WEATHER] })
  console.log('tools, then:', answer.choices[0]?.message.content)
}
