import { CONTROL_PATH, serveControl } from './control.ts'
import { readBehaviour } from './behaviour.ts'
import { VENDORS } from './openai/vendor.ts'
import { startUpstream } from './upstream.ts'
import { API_NAMES } from './wire.ts'

/*
 * A simulated upstream as a process of its own: prints one JSON line `{ "url", "control" }` and serves until it is told to
 * stop (SIGTERM, SIGINT) or whoever started it is gone (the end of standard input).
 * Options: --api openai --port 0 --name a --vendor openai --models sim-chat,sim-other --api-key secret --behaviour '{"chunkDelayMs":20}'
 */
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    api: { type: 'string', default: 'openai' },
    port: { type: 'string', default: '0' },
    name: { type: 'string', default: 'upstream' },
    vendor: { type: 'string', default: 'openai' },
    models: { type: 'string', default: 'sim-chat' },
    'api-key': { type: 'string' },
    behaviour: { type: 'string', default: '{}' },
  },
})

const vendor = VENDORS.find((known) => known === values.vendor)
if (vendor === undefined) throw new Error(`--vendor ${values.vendor}: expected one of ${VENDORS.join(', ')}`)

const api = API_NAMES.find((known) => known === values.api)
if (api === undefined) throw new Error(`--api ${values.api}: expected one of ${API_NAMES.join(', ')}`)

const apiKey = values['api-key']
const upstream = await startUpstream({
  api,
  port: Number(values.port),
  name: values.name,
  vendor,
  models: values.models.split(','),
  behaviour: readBehaviour(JSON.parse(values.behaviour)),
  ...(apiKey === undefined ? {} : { apiKey }),
})
const control = await serveControl(upstream)

const stop = (): void => process.exit(0)
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
process.stdin.on('end', stop).on('error', stop).resume()

process.stdout.write(`${JSON.stringify({ url: upstream.url, control: `http://127.0.0.1:${control.port}${CONTROL_PATH}` })}\n`)
