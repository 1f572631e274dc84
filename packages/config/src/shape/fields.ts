import * as z from 'zod/mini'

/** Timers of all runtimes fire at once beyond this. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1
const MAX_BYTES = 2 ** 31 - 1

export const OBJECT = { error: 'an object' } as const
const ADDRESS = 'an http or https address without user, password and query, for example http://127.0.0.1:8000/v1'

/** A single value; `expected` is what an error says of it. */
export const pattern = (expected: string, regex: RegExp): z.ZodMiniString =>
  z.string({ error: expected }).check(z.regex(regex, { error: expected }))

/** Text of one line. The refinement stays out of the JSON Schema: validators differ in whether they know Unicode classes. */
export const text = (error: string): z.ZodMiniString =>
  z.string({ error }).check(
    z.minLength(1, { error }),
    z.maxLength(1_000, { error }),
    z.refine((value) => !/\p{Cc}/u.test(value), { error }),
  )

export const flag = (): z.ZodMiniBoolean => z.boolean({ error: 'true or false' })

export const choice = (names: readonly string[]): z.ZodMiniEnum<Record<string, string>> =>
  z.enum([...names], { error: `one of ${names.join(', ')}` })

/** A whole number between two limits, both included. */
export const whole = (unit: string, [min, max]: readonly [number, number]): z.ZodMiniNumberFormat => {
  const error = `${unit} from ${min} to ${max}`
  return z.int({ error }).check(z.gte(min, { error }), z.lte(max, { error }))
}

export const milliseconds = (min = 1): z.ZodMiniNumberFormat => whole('whole milliseconds', [min, MAX_TIMER_MS])
export const bytes = (): z.ZodMiniNumberFormat => whole('whole bytes', [1, MAX_BYTES])

export const usd = (): z.ZodMiniNumber => {
  const error = 'US dollars from 0 to 1000000'
  return z.number({ error }).check(z.gte(0, { error }), z.lte(1_000_000, { error }))
}

export const address = (): z.ZodMiniString => z.string({ error: ADDRESS }).check(z.refine(isAddress, { error: ADDRESS }))

/** What may stand behind `Bearer`: anything else makes runtimes throw errors that quote it. */
export const credential = (): z.ZodMiniString => pattern('visible ASCII characters without blanks', /^[\x21-\x7e]+$/)

export const list = <Item extends z.ZodMiniType>(item: Item, expected: string): z.ZodMiniArray<Item> => z.array(item, { error: expected })

/** An object whose keys are names. */
export const byName = <Item extends z.ZodMiniType>(name: z.ZodMiniString, item: Item): z.ZodMiniRecord<z.ZodMiniString, Item> =>
  z.record(name, item, OBJECT)

function isAddress(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : null
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return false
  return [url.username, url.password, url.search, url.hash].every((part) => part === '')
}
