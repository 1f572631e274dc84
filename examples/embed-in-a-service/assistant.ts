import { createCatalogue, createGateway, DEFAULT_POLICY, fetchTransport, localFirst, systemClock, type Next } from '@gateway/core'
import { createPricer, priceFromUsd } from '@gateway/cost'
import { ollama, openai } from '@gateway/providers'
import { memoryHealthBoard } from '@gateway/stores/memory'

/** The model `assistant`: an Ollama of one's own, and OpenAI where that fails. Sends nothing until it is asked. */
export function createAssistant(env: Readonly<Record<string, string | undefined>>): Next {
  const pricer = createPricer({ overrides: { 'openai/gpt-4o-mini': priceFromUsd({ input: 0.15, output: 0.6 }) } })
  const catalogue = createCatalogue({
    providers: [
      ollama({ baseUrl: env['OLLAMA_ENDPOINT'] ?? 'http://127.0.0.1:11434' }),
      openai({ baseUrl: env['OPENAI_ENDPOINT'] ?? 'https://api.openai.com/v1', apiKey: env['OPENAI_API_KEY'] ?? '' }),
    ],
    models: [
      {
        name: 'assistant',
        targets: [
          { provider: 'ollama', model: 'llama3.2' },
          { provider: 'openai', model: 'gpt-4o-mini' },
        ],
      },
    ],
    pricer,
  })
  return createGateway({
    catalogue,
    pricer,
    strategies: [localFirst],
    policy: DEFAULT_POLICY,
    transport: fetchTransport(),
    health: memoryHealthBoard(),
    clock: systemClock,
    random: Math.random,
    record: ({ provider, status, usage, costNanoUsd }) => console.log('booked:', JSON.stringify({ provider, status, usage, costNanoUsd })),
  })
}
