import { defineConfig } from 'tsup'

/** The one build of every library: ES modules for any runtime; `tsc` writes the types. */
export const library = (entry: Record<string, string>): ReturnType<typeof defineConfig> =>
  defineConfig({ entry, format: ['esm'], platform: 'neutral', target: 'es2024', dts: false, clean: true, treeshake: true })
