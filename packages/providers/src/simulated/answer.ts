import { usageFrom, type ChatRequest, type Message, type Usage } from '@gateway/core'

/** The answer, cut where a model would cut it, and the tokens that it stands for: one a word. */
export interface SimulatedAnswer {
  readonly words: readonly string[]
  readonly finishReason: 'stop' | 'length'
  readonly usage: Usage
}

/** The same conversation gives the same answer. */
export function simulatedAnswer(request: ChatRequest): SimulatedAnswer {
  const asked = textOf(request.messages.findLast((message) => message.role === 'user'))
  const answer = toWords(
    `This is the simulated model of Gateway: no model has read your message${asked === '' ? '' : `, "${excerpt(asked)}"`}. ` +
      'The path that it took is the real one, though: routing, streaming, usage and the log. ' +
      'Set OPENAI_API_KEY, GROQ_API_KEY or OLLAMA_ENDPOINT and start again, and a real model answers here.',
  )
  const words = answer.slice(0, request.maxOutputTokens)
  const input = request.messages.reduce((sum, message) => sum + toWords(textOf(message)).length, 0)
  return {
    words,
    finishReason: words.length < answer.length ? 'length' : 'stop',
    usage: usageFrom({ input, output: words.length }, 'computed'),
  }
}

const MAX_EXCERPT = 200

function excerpt(text: string): string {
  return text.length > MAX_EXCERPT ? `${text.slice(0, MAX_EXCERPT)}…` : text
}

/** Each word with the blank behind it. */
function toWords(text: string): readonly string[] {
  return text.match(/\S+\s*/g) ?? []
}

function textOf(message: Message | undefined): string {
  return (message?.content ?? []).flatMap((part) => (part.type === 'text' ? [part.text] : [])).join(' ')
}
