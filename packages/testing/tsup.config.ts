import { library } from '../../tsup.base.ts'

export default library({
  index: 'src/index.ts',
  'processes/index': 'src/processes/index.ts',
  'suites/index': 'src/suites/index.ts',
  'suites/openai-sdk': 'src/suites/openai-sdk.ts',
  'suites/provider': 'src/suites/provider.ts',
  'upstreams/index': 'src/upstreams/index.ts',
  // Runs as a process of its own: `spawnUpstream` starts it.
  'upstreams/main': 'src/upstreams/main.ts',
})
