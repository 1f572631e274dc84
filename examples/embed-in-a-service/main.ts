import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { askChat, GatewayError, streamChat, type ChatQuestion, type ChatReply } from '@gateway/core'
import { createAssistant } from './assistant.ts'

const assistant = createAssistant(process.env)

/** A service as many have one: two routes of its own, which now ask a model. */
const service = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => refuse(response, error))
})
const port = Number(process.env['PORT'] ?? 3000)
service.listen(port, '127.0.0.1', () => console.log(`service listens on http://127.0.0.1:${port}`))
process.once('SIGTERM', () => service.close())

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A client that goes away stops the model.
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const body = await text(request)
  switch (`${request.method} ${request.url}`) {
    case 'POST /summaries': {
      const reply = await askChat(assistant, question(`Summarize in a sentence: ${body}`), { signal: gone.signal, callerId: 'summaries' })
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ summary: textOf(reply), model: reply.model }))
      return
    }
    case 'POST /stories':
      for await (const event of streamChat(assistant, question(`Tell a story about ${body}`), {
        signal: gone.signal,
        callerId: 'stories',
      })) {
        if (event.type === 'text-delta') response.write(event.text)
      }
      response.end()
      return
    default:
      response.writeHead(404).end()
  }
}

function question(words: string): ChatQuestion {
  return { model: 'assistant', messages: [{ role: 'user', content: [{ type: 'text', text: words }] }] }
}

function textOf({ choices }: ChatReply): string {
  return (choices[0]?.content ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('')
}

/** Nobody answered, or the answer broke off: a stream that has begun is cut, so that it cannot be taken for a whole one. */
function refuse(response: ServerResponse, error: unknown): void {
  console.error('failed:', error instanceof GatewayError ? `${error.code}: ${error.message}` : error)
  if (response.headersSent) response.destroy()
  else response.writeHead(503).end('The assistant is not available.')
}
