import { spawnUpstream, type UpstreamControl } from '@gateway/testing/upstreams'
import { afterAll, beforeAll, describe } from 'vitest'
import { RUNTIMES, type RunningGateway } from './runtimes.ts'
import { testEncounter } from './sdks/cases.ts'
import { MAX_ATTEMPTS } from './sdks/cases/errors.ts'
import { CLIENTS } from './sdks/clients.ts'
import { createEncounter, failing } from './sdks/encounter.ts'
import { VENDORS } from './sdks/vendors.ts'

const KEY = 'the-token-of-the-gateway'
const VENDOR_KEY = 'sk-behind-the-gateway-0123456789'

const upstreams = new Map<string, UpstreamControl>()
const gateways = new Map<string, RunningGateway>()

beforeAll(async () => {
  await Promise.all(
    VENDORS.map(async ({ name, api, model }) => {
      upstreams.set(name, await spawnUpstream({ name, api, models: [model], apiKey: VENDOR_KEY }))
    }),
  )
  const start = { configuration: configuration(), env: { AUTH_TOKEN: KEY, VENDOR_KEY } }
  await Promise.all(RUNTIMES.map(async (runtime) => gateways.set(runtime.name, await runtime.start(start))))
}, 120_000)

afterAll(async () => {
  await Promise.all([...gateways.values()].map((gateway) => gateway.stop()))
  await Promise.all([...upstreams.values()].map((upstream) => upstream.close()))
})

/** The vendors' own clients, each before each vendor's protocol. All at once: they share one gateway a runtime, and the servers behind. */
describe.concurrent.each(RUNTIMES)('$name', { timeout: 20_000 }, ({ name }) => {
  const place = { url: () => gateways.get(name)?.url ?? '', key: KEY, upstream: (vendor: { name: string }) => upstreamOf(vendor.name) }
  for (const client of CLIENTS) {
    for (const vendor of VENDORS) testEncounter(createEncounter(client, vendor, place))
  }
})

function upstreamOf(name: string): UpstreamControl {
  const upstream = upstreams.get(name)
  if (!upstream) throw new Error(`No server ${name}`)
  return upstream
}

function configuration(): object {
  const entries = VENDORS.flatMap((vendor) => {
    const settings = {
      ...vendor.settings,
      baseUrl: `${upstreamOf(vendor.name).url}${vendor.path ?? ''}`,
      apiKey: { env: 'VENDOR_KEY' },
      serves: [vendor.model],
    }
    return [
      [vendor.name, settings],
      [failing(vendor), settings],
    ]
  })
  return {
    providers: Object.fromEntries(entries),
    routing: { failover: { maxAttempts: MAX_ATTEMPTS }, backoff: { initialMs: 10, maxMs: 50 } },
    log: { level: 'debug' },
  }
}
