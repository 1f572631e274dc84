import { describe, expect, it } from 'vitest'
import type { Fault } from '../../upstreams/faults/fault.ts'
import { textOf } from './stream.ts'
import { expectedText, faultsThat, requestsOf } from './subject.ts'
import type { Subject } from './subject.ts'

/** The first provider fails before the commit point: the second answers, and nothing shows but the headers. */
export function testFailover(subject: Subject): void {
  describe('failover of an answer in one piece', () => {
    for (const fault of faultsThat('fails-over', 'whole')) {
      subject.itWithFault(fault, `survives ${fault}`, async () => {
        await subject.first().behave(fault)
        const { data, response } = await subject.client().chat.completions.create(subject.question()).withResponse()
        expect(data.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: expectedText() } })
        await expectSecond(subject, fault, response)
      })
    }
  })

  describe('failover of a stream', () => {
    for (const fault of faultsThat('fails-over', 'streamed')) {
      subject.itWithFault(fault, `survives ${fault}`, () => survivesInStream(subject, fault))
    }
    for (const fault of faultsThat('breaks', 'streamed')) {
      subject.itWithFault(fault, `survives ${fault} before the first token`, () => survivesInStream(subject, fault, 0))
    }

    it('goes back to the first provider when that has recovered', async () => {
      await subject.first().behave({ fault: 'status-503', times: 1 })
      const providers: (string | null)[] = []
      for (let turn = 0; turn < 2; turn += 1) {
        const { response } = await subject.client().chat.completions.create(subject.question()).withResponse()
        providers.push(response.headers.get('x-provider-used'))
      }
      expect(providers).toEqual([subject.providers.second, subject.providers.first])
    })
  })
}

async function survivesInStream(subject: Subject, fault: Fault, afterDeltas?: number): Promise<void> {
  await subject.first().behave({ fault, ...(afterDeltas === undefined ? {} : { afterDeltas }) })
  const asked = subject.client().chat.completions.create({ ...subject.question(), stream: true })
  const { data, response } = await asked.withResponse()
  const chunks = await Array.fromAsync(data)
  expect(textOf(chunks)).toBe(expectedText())
  expect(chunks.flatMap((chunk) => chunk.choices[0]?.finish_reason ?? [])).toEqual(['stop'])
  await expectSecond(subject, fault, response)
}

async function expectSecond(subject: Subject, fault: Fault, response: Response): Promise<void> {
  expect(response.headers.get('x-provider-used')).toBe(subject.providers.second)
  expect(response.headers.get('x-gateway-attempts')).toBe('2')
  expect(await requestsOf(subject.first())).toBe(fault === 'refuse-connections' ? 0 : 1)
  expect(await requestsOf(subject.second())).toBe(1)
}
