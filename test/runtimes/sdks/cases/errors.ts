import { expect, it } from 'vitest'
import { STATUS_OF } from '../client.ts'
import type { Failure, Question } from '../client.ts'
import type { Encounter } from '../encounter.ts'

export function testErrors(encounter: Encounter): void {
  const { lacks, session, question, questionFor, seen } = encounter

  it('raises its own error for a request that the provider refuses', async () => {
    const asked = questionFor({ fault: 'status-400' })
    expectFailure(encounter, await failureOf(session().ask(asked)), 'bad-request')
    expect(await seen(asked)).toHaveLength(1)
  })

  it('raises its own error for a wrong key, and bothers no provider', async () => {
    const asked = question()
    expectFailure(encounter, await failureOf(session('wrong-key').ask(asked)), 'unauthenticated')
    expect(await seen(asked)).toEqual([])
  })

  it('raises its own error for a model that nobody has', async () => {
    expectFailure(encounter, await failureOf(session().ask(question({ model: 'no-such-model' }))), 'not-found')
  })

  // A client that waited as long as this provider wants would never be seen again.
  it.for(lacks('limits') ? [] : ['rate-limited-579'])('raises its own error for a provider at its limit: %s', async (fault) => {
    expectFailure(encounter, await failureOf(session().ask(questionFor({ fault }))), 'rate-limited')
  })

  it.for([false, true])(
    'raises its own error for a provider that fails, once the gateway has tried enough (stream: %s)',
    async (isStreamed) => {
      const asked = questionFor({ fault: 'status-503' }, { isStreamed })
      expectFailure(encounter, await failureOf(session().ask(asked)), 'unavailable')
      expect(await seen(asked)).toHaveLength(MAX_ATTEMPTS)
    },
  )

  it.for(['hang-up-mid-stream', 'error-mid-stream'])('does not take for whole what broke off: %s', async (fault) => {
    const pieces: string[] = []
    const more: Partial<Question> = { isStreamed: true, onText: (piece) => pieces.push(piece) }
    const failure = await failureOf(session().ask(questionFor({ fault, chunkDelayMs: 10 }, more)))
    expect(failure).toBeInstanceOf(Error)
    expect(pieces.join('')).toMatch(/^Simulated/)
  })
}

/** As the gateway is configured. */
export const MAX_ATTEMPTS = 2

function expectFailure({ client }: Encounter, error: unknown, failure: Failure): void {
  expect(error).toBeInstanceOf(client.errors[failure])
  expect(error).toMatchObject({ [client.statusField ?? 'status']: STATUS_OF[failure] })
}

async function failureOf(answer: Promise<unknown>): Promise<unknown> {
  return answer.then(
    () => 'it answered',
    (error: unknown) => error,
  )
}
