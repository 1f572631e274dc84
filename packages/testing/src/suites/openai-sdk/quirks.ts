import type OpenAI from 'openai'
import { describe, expect } from 'vitest'
import { FAULTS } from '../../upstreams/faults/fault.ts'
import type { Fault } from '../../upstreams/faults/fault.ts'
import { TOOLS } from './chat.ts'
import { expectedText, faultsThat, requestsOf } from './subject.ts'
import type { Question, Route, Subject } from './subject.ts'

type Completion = OpenAI.Chat.Completions.ChatCompletion

/** Complete answers, oddly written: the client must not notice. */
export function testQuirks(subject: Subject): void {
  const plain: Route = { upstream: subject.first, model: subject.model }
  describe('quirks', () => {
    for (const fault of faultsThat('answers', 'streamed').filter((quirk) => !FAULTS[quirk].breaksClients)) {
      subject.itWithFault(fault, `reads ${fault} in a stream`, () => readsStream(subject, plain, fault))
    }
    for (const fault of faultsThat('answers', 'whole')) {
      subject.itWithFault(fault, `reads ${fault} in one piece`, async () => {
        await plain.upstream().behave(fault)
        await expectWhole(plain, fault, await subject.client().chat.completions.create(questionFor(plain, fault)))
        expect(await requestsOf(subject.second())).toBe(0)
      })
    }
  })
  if (subject.normalized !== null) testNormalized(subject, subject.normalized)
}

/** What breaks clients is written anew where the provider is known for it; and doing so harms nothing else. */
function testNormalized(subject: Subject, route: Route): void {
  describe('quirks of a provider that is known to break its protocol', () => {
    for (const fault of faultsThat('answers', 'streamed')) {
      subject.itWithFault(fault, `normalizes ${fault} in a stream`, () => readsStream(subject, route, fault))
    }
  })
}

async function readsStream(subject: Subject, route: Route, fault: Fault): Promise<void> {
  await route.upstream().behave(fault)
  const question = { ...questionFor(route, fault), stream_options: { include_usage: true } }
  await expectWhole(route, fault, await subject.client().chat.completions.stream(question).finalChatCompletion())
}

function questionFor(route: Route, fault: Fault): Question & Pick<OpenAI.Chat.Completions.ChatCompletionCreateParams, 'tools'> {
  const question: Question = { model: route.model, messages: [{ role: 'user', content: 'good morning' }] }
  return fault === 'tool-index-from-one' ? { ...question, tools: TOOLS } : question
}

async function expectWhole(route: Route, fault: Fault, completion: Completion): Promise<void> {
  const [choice] = completion.choices
  if (fault === 'tool-index-from-one') {
    expect(choice?.message.tool_calls?.map((call) => call.id)).toEqual(['call_0_weather', 'call_1_news'])
  } else {
    const text = fault === 'invalid-utf8' ? expectedText().replace('S', '\u{FFFD}') : expectedText()
    expect(choice?.message.content).toBe(text)
  }
  const { totals } = await route.upstream().snapshot()
  expect(completion.usage).toMatchObject({ prompt_tokens: totals.promptTokens, completion_tokens: totals.completionTokens })
}
