import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { main: 'src/main.ts' },
  format: ['esm'],
  platform: 'node',
  target: 'node26',
  dts: false,
  clean: true,
  removeNodeProtocol: false,
})
