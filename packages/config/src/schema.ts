import { DEFAULT_POLICY } from '@gateway/core'
import * as z from 'zod/mini'
import type { ConfigurationData, PriceData } from './configuration.ts'
import { KINDS } from './kinds.ts'
import { MAX_TIMER_MS } from './to-routing.ts'

/**
 * The message of each check is what was expected; `check-shape.ts` says what was found. Descriptions go into the JSON Schema.
 * Only what zod cannot see from one value alone (references, keys that a vendor demands) is checked elsewhere.
 */
const text = (expected: string, maxLength = 4_096): z.ZodMiniString =>
  z.string({ error: expected }).check(z.minLength(1, { error: expected }), z.maxLength(maxLength, { error: `${expected}, shorter than this one` }))

const pattern = (expected: string, regex: RegExp): z.ZodMiniString => z.string({ error: expected }).check(z.regex(regex, { error: expected }))

const whole = (unit: string, [min, max]: readonly [number, number]): z.ZodMiniNumberFormat => {
  const error = `${unit} from ${min} to ${max}`
  return z.int({ error }).check(z.gte(min, { error }), z.lte(max, { error }))
}

const MAX_BYTES = 2 ** 31 - 1

const milliseconds = (min = 1): z.ZodMiniNumberFormat => whole('whole milliseconds', [min, MAX_TIMER_MS])
const list = <Item extends z.ZodMiniType>(item: Item, expected: string): z.ZodMiniArray<Item> => z.array(item, { error: expected })
const flag = (): z.ZodMiniBoolean => z.boolean({ error: 'true or false' })

const OBJECT = { error: 'an object' }
const ADDRESS = 'an http or https address without user, password and query, for example http://127.0.0.1:8000/v1'
const KEY = 'visible ASCII characters without blanks'

const address = z.string({ error: ADDRESS }).check(z.refine(isAddress, { error: ADDRESS }))
const key = pattern(KEY, /^[\x21-\x7e]+$/)
const headerName = pattern('a header name', /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/)
const headerValue = pattern('a header value: text without line breaks', /^[\t\x20-\x7e\x80-\xff]*$/)
const modelName = text('the name of a model', 200)
/** It stands in front of the slash in `provider/model`, and in a header. */
const providerName = pattern('a name of small letters, digits, dots, underscores and hyphens', /^[a-z0-9][a-z0-9._-]{0,62}$/)

const usd = z.exactOptional(z.number({ error: 'US dollars' }).check(z.gte(0, { error: 'US dollars, 0 or more' }), z.lte(1_000_000, { error: 'US dollars, at most 1,000,000' })))

const price: z.ZodMiniType<PriceData> = z
  .strictObject(
    {
      input: usd,
      output: usd,
      cachedInput: usd,
      cacheWrite: usd,
      reasoning: usd,
      inputAudio: usd,
      outputAudio: usd,
      inputImage: usd,
      outputImage: usd,
      perRequest: usd,
    },
    OBJECT,
  )
  .check(
    z.refine(isWholePrice, { error: 'input and output together, or perRequest alone: what has no price would be free' }),
    z.describe('US dollars: for a million tokens of a class, and for each request (perRequest).'),
  )

const provider = z.strictObject(
  {
    kind: z.exactOptional(z.enum([...KINDS.keys()], { error: `one of ${[...KINDS.keys()].join(', ')}` })),
    baseUrl: z.exactOptional(address),
    apiKey: z.exactOptional(key),
    isLocal: z.exactOptional(flag()),
    headers: z.exactOptional(z.record(headerName, headerValue, OBJECT)),
    serves: z.exactOptional(list(modelName, 'a list of models and patterns')),
    price: z.exactOptional(price),
    habits: z.exactOptional(
      z.strictObject({ breaksProtocol: z.exactOptional(flag()), refusesStreamUsage: z.exactOptional(flag()) }, OBJECT),
    ),
  },
  OBJECT,
)

const TARGET = "'provider/model', or an object with a provider"
const target = z.union(
  [text(TARGET, 300), z.strictObject({ provider: text(TARGET, 63), model: z.exactOptional(modelName), price: z.exactOptional(price) }, OBJECT)],
  { error: TARGET },
)

const model = z.strictObject(
  {
    aliases: z.exactOptional(list(modelName, 'a list of names')),
    patterns: z.exactOptional(list(modelName, 'a list of patterns')),
    contextWindow: z.exactOptional(whole('whole tokens', [1, 1_000_000_000])),
    targets: list(target, `a list of targets: ${TARGET}`).check(z.minLength(1, { error: 'at least one target' })),
  },
  OBJECT,
)

const clocks = z.strictObject(
  {
    connectMs: z.exactOptional(milliseconds()),
    firstByteMs: z.exactOptional(milliseconds()),
    wholeReplyMs: z.exactOptional(milliseconds()),
    idleMs: z.exactOptional(milliseconds()),
    totalMs: z.exactOptional(milliseconds()),
  },
  OBJECT,
)

const routing = z.strictObject(
  {
    strategy: z.exactOptional(
      text('the name of a strategy', 100).check(z.describe('cost-optimized (the default), local-first, or one of your own.')),
    ),
    failover: z.exactOptional(
      z.strictObject(
        {
          enabled: z.exactOptional(flag()),
          maxAttempts: z.exactOptional(
            whole('a whole number', [1, 100]).check(z.describe(`Tries at all targets together. Default ${DEFAULT_POLICY.maxAttempts}.`)),
          ),
        },
        OBJECT,
      ),
    ),
    clocks: z.exactOptional(clocks),
    backoff: z.exactOptional(
      z.strictObject({ initialMs: z.exactOptional(milliseconds(0)), maxMs: z.exactOptional(milliseconds(0)) }, OBJECT),
    ),
  },
  OBJECT,
)

const server = z.strictObject(
  {
    host: z.exactOptional(pattern('a host name or an address', /^[A-Za-z0-9.:_%-]{1,255}$/)),
    port: z.exactOptional(whole('a whole number', [0, 65_535])),
    keepAliveMs: z.exactOptional(milliseconds()),
    drainMs: z.exactOptional(milliseconds(0)),
    maxBodyBytes: z.exactOptional(whole('whole bytes', [1, MAX_BYTES])),
  },
  OBJECT,
)

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const

/** The schema of a configuration without references and plug-ins. */
export const schema: z.ZodMiniType<ConfigurationData> = z.strictObject(
  {
    $schema: z.exactOptional(z.string({ error: 'the address of a JSON Schema' })),
    providers: z.exactOptional(z.record(providerName, provider, OBJECT)),
    models: z.exactOptional(z.record(modelName, model, OBJECT)),
    routing: z.exactOptional(routing),
    server: z.exactOptional(server),
    auth: z.exactOptional(z.strictObject({ token: z.exactOptional(key) }, OBJECT)),
    storage: z.exactOptional(z.strictObject({ path: z.exactOptional(text('the path of a file')) }, OBJECT)),
    log: z.exactOptional(z.strictObject({ level: z.exactOptional(z.enum(LEVELS, { error: `one of ${LEVELS.join(', ')}` })) }, OBJECT)),
    health: z.exactOptional(z.strictObject({ intervalSec: z.exactOptional(whole('whole seconds', [1, 86_400])) }, OBJECT)),
    simulated: z.exactOptional(
      flag().check(z.describe('Offers the built-in model `simulated`. Default: only where no provider is configured.')),
    ),
  },
  OBJECT,
)

function isAddress(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : null
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return false
  return [url.username, url.password, url.search, url.hash].every((part) => part === '')
}

function isWholePrice(value: PriceData): boolean {
  const { perRequest, ...classes } = value
  if (Object.keys(classes).length === 0) return perRequest !== undefined
  return classes.input !== undefined && classes.output !== undefined
}
