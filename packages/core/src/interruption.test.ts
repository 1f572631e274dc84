import { describe, expect, it } from 'vitest'
import { GatewayError } from './gateway-error.ts'
import { interruptionOf } from './interruption.ts'

describe('an aborted signal', () => {
  it('says why, where its reason is an error of ours', () => {
    const reason = new GatewayError('shutting-down', 'The gateway stopped.')
    expect(interruptionOf(AbortSignal.abort(reason))).toBe(reason)
  })

  it.each([
    ['nothing', AbortSignal.abort()],
    ['an error of somebody else', AbortSignal.abort(new TypeError('reset'))],
  ])('says that the client has gone, where its reason is %s', (_, signal) => {
    expect(interruptionOf(signal)).toEqual({ code: 'client-closed', message: 'The client closed the request.' })
  })
})
