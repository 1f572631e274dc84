import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'

/** Stands for the vendor, so that the example runs by itself: an address, a header for the key and a stream, all of its own kind. */
const server = createServer((request, response) => void answer(request, response))
const port = Number(process.env['ACME_PORT'] ?? 4000)
server.listen(port, '127.0.0.1', () => console.log(`acme listens on http://127.0.0.1:${port}`))
process.once('SIGTERM', () => process.exit(0))

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.headers['x-acme-key'] !== process.env['ACME_API_KEY']) return send(response, 401, { error: { message: 'No such key.' } })
  if (request.url === '/v2/engines') return send(response, 200, { engines: ['coyote-1'] })
  if (request.url !== '/v2/converse') return send(response, 404, { error: { message: 'No such path.' } })
  const body: unknown = await json(request)
  if (typeof body !== 'object' || body === null) return send(response, 400, { error: { message: 'Expected an object.' } })
  if ('stream_options' in body && body.stream_options !== null)
    return send(response, 400, { error: { message: 'No usage in streams: stream_options.' } })
  const isStreaming = 'stream' in body && body.stream === true
  if (!isStreaming) return send(response, 200, WHOLE)
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const chunk of 'tools' in body ? CALLING : SPEAKING)
    response.write(`data: ${JSON.stringify({ id: 'acme-1', model: 'coyote-1', ...chunk })}\n\n`)
  response.end('data: [DONE]\n\n')
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const USAGE = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 }

const WHOLE = {
  id: 'acme-1',
  model: 'coyote-1',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Beep beep.' }, finish_reason: 'stop' }],
  usage: USAGE,
}

const finish = (finishReason: string): object => ({ choices: [{ index: 0, delta: {}, finish_reason: finishReason }], usage: USAGE })

const SPEAKING = [
  { choices: [{ index: 0, delta: { content: 'Beep ' } }] },
  { choices: [{ index: 0, delta: { content: 'beep.' } }] },
  finish('stop'),
  finish('stop'),
]

const CALL = { index: 1, id: 'call-1', function: { name: 'run', arguments: '{"fast":true}' } }

const CALLING = [{ choices: [{ index: 0, delta: { tool_calls: [CALL] } }] }, finish('tool_calls'), finish('tool_calls')]
