import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { noSilentSkips } from './test/no-silent-skips.ts'

/** Tests read the packages' sources: no build is needed, and none can be stale. */
const conditions = ['@gateway/source']

export default defineConfig({
  test: {
    reporters: process.env['CI'] === 'true' ? [noSilentSkips(), 'default'] : ['default'],
    projects: [
      {
        resolve: { conditions },
        ssr: { resolve: { conditions } },
        test: {
          name: 'node',
          include: ['{packages,apps,examples,test}/**/*.test.ts'],
          exclude: ['**/*.workers.test.ts', '**/node_modules/**', '**/dist/**'],
        },
      },
      {
        plugins: [cloudflareTest({ miniflare: { compatibilityDate: '2026-11-01', d1Databases: ['DB'] } })],
        resolve: { conditions },
        ssr: { resolve: { conditions } },
        test: { name: 'workers', include: ['{packages,apps,examples,test}/**/*.workers.test.ts'] },
      },
    ],
  },
})
