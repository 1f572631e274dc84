import { systemClock, type Clock, type Provider } from '@gateway/core'
import { openaiChat } from '@gateway/protocols'
import { defineProvider } from '../define-provider.ts'
import { simulatedTransport } from './transport.ts'

/**
 * A model that is none: it answers deterministically, at a believable pace, in this process, so that a gateway can be tried
 * without a key and without a server. Its answers say that they are simulated.
 */
export function simulated({ clock = systemClock }: { readonly clock?: Clock } = {}): Provider {
  return declaration({ transport: simulatedTransport(clock) })
}

const declaration = defineProvider({
  name: 'simulated',
  isLocal: true,
  address: 'http://simulated.invalid/v1',
  protocol: openaiChat,
  modelList: null,
  serves: ['simulated'],
})
