import { defineConfig } from 'tsup'

type Entry = Record<string, string>
type Build = ReturnType<typeof defineConfig>

/** The one build of every library: ES modules for any runtime; `tsc` writes the types. */
export const library = (entry: Entry): Build =>
  defineConfig({ entry, format: ['esm'], platform: 'neutral', target: 'es2024', dts: false, clean: true, treeshake: true })

/** The build of an app that runs on our own Node, next to the packages that it uses. `node:sqlite` has no name without `node:`. */
export const app = (entry: Entry): Build =>
  defineConfig({ entry, format: ['esm'], platform: 'node', target: 'node26', dts: false, clean: true, removeNodeProtocol: false })
