import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['@gateway/source'] },
  ssr: { resolve: { conditions: ['@gateway/source'] } },
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'node', include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts', 'apps/*/src/**/*.test.ts'] },
      },
    ],
  },
})
