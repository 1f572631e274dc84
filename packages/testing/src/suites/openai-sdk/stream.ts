import type OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { PLAN, PLAN_FORMAT, TOOLS } from './chat.ts'
import { expectedText } from './subject.ts'
import type { Subject } from './subject.ts'

type Chunk = OpenAI.Chat.Completions.ChatCompletionChunk

/** Answers as they are made. */
export function testStream(subject: Subject): void {
  describe('stream', () => {
    testText(subject)
    testStructure(subject)
    testUsage(subject)
  })
}

function testText(subject: Subject): void {
  it('streams an answer, chunk by chunk', async () => {
    const chunks = await Array.fromAsync(await subject.client().chat.completions.create({ ...subject.question(), stream: true }))
    expect(textOf(chunks)).toBe(expectedText())
    expect(chunks.flatMap((chunk) => chunk.choices[0]?.delta.role ?? [])).toEqual(['assistant'])
    expect(chunks.flatMap((chunk) => chunk.choices[0]?.finish_reason ?? [])).toEqual(['stop'])
    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1)
  })

  it('streams to the SDK’s helper', async () => {
    const stream = subject.client().chat.completions.stream(subject.question())
    let heard = ''
    stream.on('content', (delta) => (heard += delta))
    const completion = await stream.finalChatCompletion()
    expect(heard).toBe(expectedText())
    expect(completion.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: expectedText() } })
  })

  it('lets the first token through before the last is made', async () => {
    await subject.first().behave({ chunkDelayMs: 30 })
    const times: number[] = []
    const stream = await subject.client().chat.completions.create({ ...subject.question(), stream: true })
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) times.push(performance.now())
    expect(times.length).toBeGreaterThan(5)
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(100)
  })

  it('streams n answers at once', async () => {
    const stream = subject.client().chat.completions.stream({ ...subject.question(), n: 2 })
    const { choices } = await stream.finalChatCompletion()
    expect(choices.map((choice) => choice.message.content)).toEqual([expectedText(undefined, 0), expectedText(undefined, 1)])
  })

  it('streams a refusal', async () => {
    const completion = await subject.client().chat.completions.stream(subject.question('please refuse')).finalChatCompletion()
    expect(completion.choices[0]?.message).toMatchObject({ content: null, refusal: 'I cannot help with that.' })
  })
}

function testStructure(subject: Subject): void {
  it('streams two tool calls in parallel', async () => {
    const stream = await subject.client().chat.completions.create({ ...subject.question(), tools: TOOLS, stream: true })
    const deltas = (await Array.fromAsync(stream)).flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? [])
    const calls = [0, 1].map((index) => deltas.filter((delta) => delta.index === index))
    expect(calls.map((pieces) => pieces[0]?.function?.name)).toEqual(['weather', 'news'])
    expect(calls.map((pieces) => pieces.length)).toEqual([7, 6])
    const spoken = calls.map((pieces) => pieces.map((piece) => piece.function?.arguments ?? '').join(''))
    expect(spoken).toEqual(['{"city":"simulated","days":1}', '{"topic":"simulated"}'])
  })

  it('streams tool calls to the SDK’s helper', async () => {
    const completion = await subject
      .client()
      .chat.completions.stream({ ...subject.question(), tools: TOOLS })
      .finalChatCompletion()
    expect(completion.choices[0]?.finish_reason).toBe('tool_calls')
    expect(completion.choices[0]?.message.tool_calls).toMatchObject([
      { id: 'call_0_weather', function: { name: 'weather', arguments: '{"city":"simulated","days":1}' } },
      { id: 'call_1_news', function: { name: 'news', arguments: '{"topic":"simulated"}' } },
    ])
  })

  it('streams JSON that fits a schema', async () => {
    const stream = subject.client().chat.completions.stream({ ...subject.question(), response_format: PLAN_FORMAT })
    expect(JSON.parse((await stream.finalContent()) ?? '')).toEqual(PLAN)
  })

  it('streams log probabilities', async () => {
    const completion = await subject
      .client()
      .chat.completions.stream({ ...subject.question(), logprobs: true })
      .finalChatCompletion()
    expect(completion.choices[0]?.logprobs?.content?.map((entry) => entry.token).join('')).toBe(expectedText())
  })
}

function testUsage(subject: Subject): void {
  it('ends with a usage chunk where it was asked for', async () => {
    const asked = { ...subject.question(), stream: true as const, stream_options: { include_usage: true } }
    const chunks = await Array.fromAsync(await subject.client().chat.completions.create(asked))
    const { totals } = await subject.first().snapshot()
    expect(chunks.filter((chunk) => chunk.usage)).toHaveLength(1)
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: totals.promptTokens, completion_tokens: totals.completionTokens },
    })
  })

  it('says nothing of usage where it was not asked for', async () => {
    const chunks = await Array.fromAsync(await subject.client().chat.completions.create({ ...subject.question(), stream: true }))
    expect(chunks.filter((chunk) => chunk.usage || chunk.choices.length === 0)).toEqual([])
  })
}

export function textOf(chunks: readonly Chunk[]): string {
  return chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')
}
