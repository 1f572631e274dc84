import * as z from 'zod/mini'
import { LOG_LEVELS, type ConfigurationData, type PriceData } from '../configuration.ts'
import { KINDS } from '../parts/kinds.ts'
import { OBJECT, address, byName, bytes, choice, credential, flag, list, milliseconds, pattern, text, usd, whole } from './fields.ts'

/** An object with these fields and no others, each of which may be left out. */
const section = <Fields extends z.core.$ZodLooseShape>(fields: Fields) => z.exactPartial(z.strictObject(fields, OBJECT))

const WEIGHT = 'a number above 0, at most 1000000'

const modelName = text('the name of a model')
const weight = z.number({ error: WEIGHT }).check(z.gt(0, { error: WEIGHT }), z.lte(1_000_000, { error: WEIGHT }))
/** It stands in front of the slash in `provider/model`, and in a header. */
const providerName = pattern('a name of small letters, digits, dots, underscores and hyphens', /^[a-z0-9][a-z0-9._-]{0,62}$/)

const price = section({
  input: usd(),
  output: usd(),
  cachedInput: usd(),
  cacheWrite: usd(),
  reasoning: usd(),
  inputAudio: usd(),
  outputAudio: usd(),
  inputImage: usd(),
  outputImage: usd(),
  perRequest: usd(),
}).check(
  z.refine(isWholePrice, { error: 'input and output together, or perRequest alone: what has no price would be free' }),
  z.describe('US dollars: for a million tokens of a class, and for each request (perRequest).'),
)

const KEYS = 'a list of keys, each a text or an object with key and weight'
const key = z.union([credential(), z.extend(section({ weight }), { key: credential() })], { error: KEYS })

const PROTOCOL = 'the name of a protocol, for example openai-responses'

const provider = section({
  kind: choice([...KINDS.keys()]).check(z.describe('Default: the name, where that is a kind, else openai-compatible.')),
  baseUrl: address().check(z.describe('Default: the address of the kind. One without a path gets the path of the kind.')),
  apiKey: credential().check(z.describe('Best a reference to the environment: { "env": "NAME" }.')),
  apiKeys: list(key, KEYS).check(
    z.minLength(1, { error: 'at least one key' }),
    z.describe('Several keys, which share the load by weight; one that the vendor refuses is passed over.'),
  ),
  protocols: list(pattern(PROTOCOL, /^[a-z][a-z0-9-]{0,60}$/), 'a list of protocols').check(
    z.minLength(1, { error: 'at least one protocol' }),
    z.describe('The chat protocols that it speaks; all others are translated to the first. Default: those of the kind.'),
  ),
  accountId: pattern('letters, digits, underscores and hyphens', /^[A-Za-z0-9_-]{1,100}$/).check(
    z.describe('Of your account, where the address names it: workers-ai.'),
  ),
  resource: pattern('letters, digits and hyphens', /^[A-Za-z0-9-]{1,100}$/).check(
    z.describe('The name of your resource, where the address names it: azure-openai.'),
  ),
  apiVersion: pattern('a version such as 2024-10-21', /^[A-Za-z0-9.-]{1,40}$/).check(
    z.describe('A dated version of the API: azure-openai by its older addresses.'),
  ),
  isLocal: flag().check(z.describe('A machine of your own: local-first prefers it, and it is free where no price is set.')),
  headers: byName(
    pattern('a header name', /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/),
    pattern('a header value: one line of ASCII', /^[\t\x20-\x7e]*$/),
  ),
  serves: list(modelName, 'a list of models and patterns').check(
    z.describe('Models and patterns (gpt-*) besides those that it lists itself.'),
  ),
  price,
  habits: section({ breaksProtocol: flag(), refusesStreamUsage: flag() }),
})

const TARGET = "'provider/model', or an object with a provider"
const target = z.union([text(TARGET), z.extend(section({ model: modelName, price }), { provider: text(TARGET) })], { error: TARGET })
const targets = list(target, `a list of targets: ${TARGET}`).check(z.minLength(1, { error: 'at least one target' }))

const model = z.extend(
  section({
    aliases: list(modelName, 'a list of names'),
    patterns: list(modelName, 'a list of patterns').check(z.describe('With * for any run of characters.')),
    contextWindow: whole('whole tokens', [1, 1_000_000_000]).check(z.describe('Tokens.')),
  }),
  { targets: targets.check(z.describe('Who serves it, and under which name.')) },
)

const routing = section({
  strategy: text('the name of a strategy').check(z.describe('cost-optimized (the default), local-first, or one of your own.')),
  strict: flag().check(z.describe('Refuse a request that would lose something on the way to the model. Default: false.')),
  failover: section({
    enabled: flag().check(z.describe('Default true.')),
    maxAttempts: whole('a whole number', [1, 100]).check(z.describe('Tries at all targets together, the first included. Default 3.')),
  }),
  clocks: section({
    connectMs: milliseconds(),
    firstByteMs: milliseconds(),
    wholeReplyMs: milliseconds().check(z.describe('For an answer that is not streamed. Default: ten times firstByteMs.')),
    idleMs: milliseconds(),
    totalMs: milliseconds(),
  }),
  backoff: section({ initialMs: milliseconds(0), maxMs: milliseconds(0) }),
})

const server = section({
  host: pattern('a host name or an address', /^[A-Za-z0-9.:_%-]{1,255}$/).check(z.describe('Default 127.0.0.1: this machine only.')),
  port: whole('a whole number', [0, 65_535]).check(z.describe('Default 8787; 0 takes any free one.')),
  keepAliveMs: milliseconds().check(z.describe('Between comments that keep a silent stream open. Default 15000.')),
  drainMs: milliseconds(0).check(z.describe('What open streams get at shutdown. Default 30000.')),
  maxBodyBytes: bytes().check(z.describe('The largest request. Default 26214400.')),
})

/**
 * The schema of a configuration without references and plug-ins. The message of a check is what was expected; `check-shape.ts`
 * says what was found. Descriptions go into the JSON Schema.
 */
export const schema: z.ZodMiniType<ConfigurationData> = section({
  $schema: text('the address of a JSON Schema'),
  providers: byName(providerName, provider),
  models: byName(modelName, model),
  routing,
  server,
  auth: section({ token: credential().check(z.describe('The bearer token that clients must show; everyone is let in where absent.')) }),
  storage: section({
    path: text('the path of a file').check(z.describe('The SQLite file of the request log. Default .gateway/gateway.db.')),
  }),
  log: section({ level: z.enum(LOG_LEVELS, { error: `one of ${LOG_LEVELS.join(', ')}` }).check(z.describe('Default info.')) }),
  health: section({
    intervalSec: whole('whole seconds', [1, 86_400]).check(z.describe("How often the providers' model lists are asked for. Default 60.")),
  }),
  simulated: flag().check(z.describe('Offers the built-in model `simulated`. Default: only where no provider is configured.')),
})

function isWholePrice(value: PriceData): boolean {
  const { perRequest, ...classes } = value
  if (Object.keys(classes).length === 0) return perRequest !== undefined
  return classes.input !== undefined && classes.output !== undefined
}
