import { APIError } from 'openai'
import type OpenAI from 'openai'
import { describe, expect } from 'vitest'
import { expectedText, faultsThat, requestsOf } from './subject.ts'
import type { Subject } from './subject.ts'

/** The provider fails after tokens have gone to the client: a typed error ends the stream, and no second answer is glued on. */
export function testBrokenStreams(subject: Subject): void {
  describe('after the commit point', () => {
    for (const fault of faultsThat('breaks', 'streamed')) {
      subject.itWithFault(fault, `ends a stream with an error: ${fault}`, async () => {
        await subject.first().behave({ fault, chunkDelayMs: 10 })
        const stream = await subject.client().chat.completions.create({ ...subject.question(), stream: true })
        const { text, end } = await readUntilItEnds(stream)
        expect(end).toBeInstanceOf(APIError)
        expect(end).toMatchObject({ message: SOME_TEXT, type: SOME_TEXT, code: SOME_TEXT })
        expect(text).toBe('Simulated answer 0')
        expect(expectedText()).toContain(text)
        expect(await requestsOf(subject.second())).toBe(0)
      })

      subject.itWithFault(fault, `raises in the SDK’s helper: ${fault}`, async () => {
        await subject.first().behave({ fault, chunkDelayMs: 10 })
        const stream = subject.client().chat.completions.stream(subject.question())
        await expect(stream.finalChatCompletion()).rejects.toBeInstanceOf(APIError)
      })
    }
  })
}

const SOME_TEXT: unknown = expect.stringMatching(/\w/)

interface Ending {
  readonly text: string
  /** What the iteration threw; `null` for a clean end. */
  readonly end: unknown
}

async function readUntilItEnds(stream: AsyncIterable<OpenAI.Chat.Completions.ChatCompletionChunk>): Promise<Ending> {
  let text = ''
  try {
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
    return { text, end: null }
  } catch (end) {
    return { text, end }
  }
}
