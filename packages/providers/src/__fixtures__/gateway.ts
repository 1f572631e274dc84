import {
  costOptimized,
  createCatalogue,
  createGateway,
  DEFAULT_POLICY,
  fetchTransport,
  systemClock,
  type ChatQuestion,
  type HealthBoard,
  type Next,
  type Provider,
} from '@gateway/core'

/** One user message, for the model `chat` of the provider `bridge` unless another one is named. */
export const question = (more: Partial<ChatQuestion> = {}): ChatQuestion => ({
  model: 'bridge/chat',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'good morning' }] }],
  ...more,
})

/** A gateway with one provider that is asked once. */
export function gatewayOf(provider: Provider): Next {
  const pricer = { priceOf: () => null, costOf: () => null }
  const health: HealthBoard = { report: () => {}, healthOf: () => null, list: () => [] }
  return createGateway({
    catalogue: createCatalogue({ providers: [provider], models: [], pricer }),
    strategies: [costOptimized],
    policy: { ...DEFAULT_POLICY, maxAttempts: 1 },
    transport: fetchTransport(),
    pricer,
    health,
    clock: systemClock,
    random: () => 0,
    record: () => {},
  })
}
