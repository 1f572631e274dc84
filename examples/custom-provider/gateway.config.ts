import { defineConfig, env } from '@gateway/config'
import { acme } from './acme.ts'

export default defineConfig({
  providers: {
    acme: { kind: acme, baseUrl: env('ACME_ENDPOINT', 'http://127.0.0.1:4000'), apiKey: env('ACME_API_KEY'), price: { perRequest: 0.002 } },
  },
  models: {
    coyote: { aliases: ['gpt-4o-mini'], targets: ['acme/coyote-1'] },
  },
})
