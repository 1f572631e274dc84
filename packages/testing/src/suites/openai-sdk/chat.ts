import type OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { expectedText } from './subject.ts'
import type { Subject } from './subject.ts'

/** Answers in one piece. */
export function testChat(subject: Subject): void {
  describe('chat', () => {
    it('answers', async () => {
      const completion = await subject.client().chat.completions.create(subject.question())
      expect(completion.object).toBe('chat.completion')
      expect(completion.choices).toHaveLength(1)
      expect(completion.choices[0]).toMatchObject({
        index: 0,
        finish_reason: 'stop',
        message: { role: 'assistant', content: expectedText(), refusal: null },
      })
    })

    it('tells the usage as the provider told it', async () => {
      const { usage } = await subject.client().chat.completions.create({ ...subject.question('a b c d e'), reasoning_effort: 'low' })
      const { totals } = await subject.first().snapshot()
      expect(usage).toMatchObject({
        prompt_tokens: totals.promptTokens,
        completion_tokens: totals.completionTokens,
        total_tokens: totals.promptTokens + totals.completionTokens,
        prompt_tokens_details: { cached_tokens: 2 },
        completion_tokens_details: { reasoning_tokens: 4 },
      })
    })

    it('gives n answers', async () => {
      const { choices } = await subject.client().chat.completions.create({ ...subject.question(), n: 2 })
      expect(choices.map((choice) => [choice.index, choice.message.content])).toEqual([
        [0, expectedText(undefined, 0)],
        [1, expectedText(undefined, 1)],
      ])
    })

    it('calls tools in parallel', async () => {
      const { choices } = await subject.client().chat.completions.create({ ...subject.question(), tools: TOOLS })
      expect(choices[0]?.finish_reason).toBe('tool_calls')
      expect(choices[0]?.message.tool_calls).toEqual([
        { id: 'call_0_weather', type: 'function', function: { name: 'weather', arguments: '{"city":"simulated","days":1}' } },
        { id: 'call_1_news', type: 'function', function: { name: 'news', arguments: '{"topic":"simulated"}' } },
      ])
    })

    it('answers in JSON that fits a schema', async () => {
      const completion = await subject.client().chat.completions.parse({ ...subject.question(), response_format: PLAN_FORMAT })
      expect(JSON.parse(completion.choices[0]?.message.content ?? '')).toEqual(PLAN)
    })

    it('gives log probabilities', async () => {
      const { choices } = await subject.client().chat.completions.create({ ...subject.question(), logprobs: true })
      expect(choices[0]?.logprobs?.content?.map((entry) => entry.token).join('')).toBe(expectedText())
    })

    it('passes a refusal on', async () => {
      const { choices } = await subject.client().chat.completions.create(subject.question('please refuse'))
      expect(choices[0]?.message).toMatchObject({ content: null, refusal: 'I cannot help with that.' })
    })

    it('says that an answer was cut at max_tokens', async () => {
      const { choices } = await subject.client().chat.completions.create({ ...subject.question(), max_completion_tokens: 3 })
      expect(choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'Simulated answer 0' } })
    })
  })
}

export const TOOLS: OpenAI.Chat.Completions.ChatCompletionFunctionTool[] = [
  {
    type: 'function',
    function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer' } } } },
  },
  { type: 'function', function: { name: 'news', parameters: { type: 'object', properties: { topic: { type: 'string' } } } } },
]

export const PLAN_FORMAT: OpenAI.ResponseFormatJSONSchema = {
  type: 'json_schema',
  json_schema: {
    name: 'plan',
    strict: true,
    schema: {
      type: 'object',
      properties: { title: { type: 'string' }, steps: { type: 'array', items: { type: 'string' } }, isDone: { type: 'boolean' } },
      required: ['title', 'steps', 'isDone'],
      additionalProperties: false,
    },
  },
}

export const PLAN: Readonly<Record<string, unknown>> = { title: 'simulated', steps: ['simulated'], isDone: true }
