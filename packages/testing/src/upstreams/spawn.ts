import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as z from 'zod/mini'
import { startChild } from '../processes/child.ts'
import type { UpstreamControl } from './control.ts'
import type { RecordedRequest, Totals } from './recorder.ts'
import type { UpstreamOptions } from './upstream.ts'

/**
 * Starts a simulated upstream as a process of its own, so that it shares nothing with whoever tests it.
 * Rejects with the child's output where it does not come up. It ends with `close()`, or when this process ends, however.
 */
export async function spawnUpstream(options: UpstreamOptions = {}): Promise<UpstreamControl> {
  const child = startChild([process.execPath, mainFile(), ...flags(options)], {})
  const [line] = await child.waitFor(/^\{"url":.*\}$/m, START_TIMEOUT_MS)
  const { url, control } = addresses.parse(JSON.parse(line))
  return {
    url,
    behave: (behaviour) => command(control, { method: 'POST', body: JSON.stringify(behaviour) }),
    reset: () => command(control, { method: 'DELETE' }),
    snapshot: async (containing) => snapshot.parse(await (await fetch(withQuery(control, containing))).json()),
    close: async () => {
      await child.stop()
    },
  }
}

const START_TIMEOUT_MS = 15_000

const addresses = z.object({ url: z.string(), control: z.string() })

// What the child sends is our own: its shape is asserted, not checked field by field.
const snapshot = z.object({ requests: z.array(z.custom<RecordedRequest>()), totals: z.custom<Totals>() })

/** Beside this file in the source, and in a folder of its own once built. */
function mainFile(): string {
  const places = ['./main.ts', './main.js', './upstreams/main.js'].map((place) => fileURLToPath(new URL(place, import.meta.url)))
  const file = places.find((place) => existsSync(place))
  if (file === undefined) throw new Error(`No simulated upstream to start: looked for ${places.join(', ')}`)
  return file
}

function flags(options: UpstreamOptions): readonly string[] {
  const values = {
    port: options.port === undefined ? undefined : String(options.port),
    api: options.api,
    name: options.name,
    vendor: options.vendor,
    models: options.models?.join(','),
    'api-key': options.apiKey,
    behaviour: options.behaviour === undefined ? undefined : JSON.stringify(options.behaviour),
  }
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]))
}

function withQuery(control: string, containing: string = ''): string {
  return containing === '' ? control : `${control}?${new URLSearchParams({ containing }).toString()}`
}

async function command(control: string, request: { readonly method: string; readonly body?: string }): Promise<void> {
  const response = await fetch(control, request)
  if (!response.ok) throw new Error(`The simulated upstream refused: ${await response.text()}`)
  await response.body?.cancel()
}
