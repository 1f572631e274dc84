import { readFileSync } from 'node:fs'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'

/** What `startOnWorkerd` hands over, as one JSON argument. */
interface WorkerdOptions {
  /** The bundle that `wrangler deploy --dry-run` wrote. */
  readonly script: string
  /** Where D1 keeps its file. */
  readonly state: string
  readonly port: number
  readonly variables: Readonly<Record<string, string>>
}

const options: WorkerdOptions = JSON.parse(process.argv[2] ?? '{}')

/**
 * workerd with the Worker on a socket of its own. `wrangler dev` puts a Worker of its own in front, which does not pass on that a
 * client has gone before its answer began; the edge has nothing in front.
 */
const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    workers: [
      {
        name: 'gateway',
        modules: [{ type: 'ESModule', path: 'main.js', contents: readFileSync(options.script, 'utf8') }],
        compatibilityDate: '2026-11-01',
        compatibilityFlags: ['enable_request_signal'],
        bindings: { ...options.variables },
        d1Databases: { DB: '00000000-0000-0000-0000-000000000000' },
        unsafeDirectSockets: [{ host: '127.0.0.1', port: options.port }],
      },
    ],
    resourcePersistencePath: `${options.state}/v3`,
  }),
)
await miniflare.ready
console.log(`workerd listens on http://127.0.0.1:${options.port}`)
process.once('SIGTERM', () => void miniflare.dispose().then(() => process.exit(0)))
