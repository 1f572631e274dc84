import { beforeEach, describe } from 'vitest'
import type { UpstreamControl } from '../upstreams/control.ts'
import type { Fault } from '../upstreams/faults/fault.ts'
import { testAbort } from './openai-sdk/abort.ts'
import { testBrokenStreams } from './openai-sdk/broken-streams.ts'
import { testChat } from './openai-sdk/chat.ts'
import { testErrors } from './openai-sdk/errors.ts'
import { testFailover } from './openai-sdk/failover.ts'
import { testHeaders } from './openai-sdk/headers.ts'
import { testModels } from './openai-sdk/models.ts'
import { testPassage } from './openai-sdk/passage.ts'
import { testQuirks } from './openai-sdk/quirks.ts'
import { testStream } from './openai-sdk/stream.ts'
import { createSubject } from './openai-sdk/subject.ts'
import type { Route } from './openai-sdk/subject.ts'

export interface OpenAiSdkSuite {
  readonly name: string
  /** The gateway's address, without `/v1`. Asked for when the tests run, so that a hook may start it. */
  readonly baseUrl: () => string
  /** The token that the gateway wants of its clients; `null` where it wants none. */
  readonly token: string | null
  /** Two servers behind it that both list `model`, and nobody else does: `first` is the one that it asks first. */
  readonly upstreams: () => { readonly first: UpstreamControl; readonly second: UpstreamControl }
  /** Default `sim-chat`. */
  readonly model?: string
  /** What the gateway calls them. Default `openai` and `groq`. */
  readonly providers?: { readonly first: string; readonly second: string }
  /** Everything in the gateway's settings that no client may ever see: keys, and addresses of the upstreams. */
  readonly secrets: readonly string[]
  /**
   * A server whose provider declares the habit of breaking its protocol, and the model by which it alone is reached
   * (`kamatera/sim-odd`). `null` leaves out the quirks that need a gateway to write a stream anew.
   */
  readonly normalized: Route | null
  /** What `MAX_FAILOVER_ATTEMPTS` is set to. Default 3. */
  readonly maxAttempts?: number
  /** The longest `retry-after` that a client is told. Default 60 s. */
  readonly maxRetryAfterSeconds?: number
  /**
   * Whether the HTTP server notices a client that closes its connection (FIN) while no answer has begun. workerd's own does not,
   * only one that resets it; the edge does. Default true.
   */
  readonly seesCloseBeforeAnswer?: boolean
  /** Faults that this gateway is declared not to survive yet, each with its reason. Their tests must fail: a fault that is survived after all asks for its line to be removed. */
  readonly deviations?: Partial<Record<Fault, string>>
}

/**
 * What the official `openai` SDK, unmodified, must see through a gateway. The gateway's own clocks must be small (first byte
 * and idle 1 s), for some tests wait for them. Tests run in order: they share the upstreams.
 */
export function testOpenAiSdk(suite: OpenAiSdkSuite): void {
  const subject = createSubject(suite)
  describe(`${suite.name} through the openai SDK`, () => {
    beforeEach(async () => {
      await subject.first().reset()
      await subject.second().reset()
      await suite.normalized?.upstream().reset()
    })
    testChat(subject)
    testStream(subject)
    testPassage(subject)
    testModels(subject)
    testHeaders(subject)
    testAbort(subject)
    testErrors(subject)
    testQuirks(subject)
    testFailover(subject)
    testBrokenStreams(subject)
  })
}
