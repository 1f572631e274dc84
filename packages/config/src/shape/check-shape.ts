import type * as z from 'zod/mini'
import type { ConfigurationData } from '../configuration.ts'
import type { Resolved } from '../environment/resolve-references.ts'
import { didYouMean } from '../problems/did-you-mean.ts'
import { found } from '../problems/found.ts'
import type { Problem } from '../problems/problem.ts'
import { keysAt } from './keys-at.ts'
import { schema } from './schema.ts'
import { pathText, valueAt, withValue, without, type Path } from './tree.ts'

export interface Shape {
  /** What is left when the faulty parts are taken out, so that the rest can be checked further; null where nothing is. */
  readonly data: ConfigurationData | null
  readonly problems: readonly Problem[]
}

/** Checks a configuration against the schema, and finds all that is wrong at once, what was wrong before included. */
export function checkShape({ tree, references, problems: unset }: Resolved): Shape {
  const typed = convertTexts(tree, references)
  const problems = [...unset, ...issuesOf(typed).flatMap((issue) => toProblems(issue, typed, references))]
  const sound = problems.reduce<unknown>((rest, { path }) => without(rest, prunable(path)), typed)
  const result = schema.safeParse(sound)
  return { data: result.success ? result.data : null, problems }
}

type Issue = z.core.$ZodIssue

function issuesOf(tree: unknown): readonly Issue[] {
  return (schema.safeParse(tree).error?.issues ?? []).flatMap(flatten)
}

/** In place of `no alternative fits` what is wrong with the one that fits best, where only something further in is. */
function flatten(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const nearest = issue.errors.find((issues) => issues.every((one) => one.path.length > 0 || one.code === 'unrecognized_keys'))
  return nearest ? nearest.flatMap((one) => flatten({ ...one, path: [...issue.path, ...one.path] })) : [issue]
}

/** The environment holds nothing but texts: `"8787"` where a number is wanted is that number. */
function convertTexts(tree: unknown, references: ReadonlyMap<string, string>): unknown {
  return issuesOf(tree).reduce((result, issue) => {
    const path = toPath(issue.path)
    const text = valueAt(tree, path)
    if (issue.code !== 'invalid_type' || typeof text !== 'string' || !references.has(pathText(path))) return result
    const value = issue.expected === 'boolean' ? FLAGS.get(text.toLowerCase()) : toNumber(text)
    return value === undefined ? result : withValue(result, path, value)
  }, tree)
}

const FLAGS: ReadonlyMap<string, boolean> = new Map(
  Object.entries({ true: true, 1: true, yes: true, on: true, false: false, 0: false, no: false, off: false }),
)

function toNumber(text: string): number | undefined {
  return /^-?\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : undefined
}

function toProblems(issue: Issue, tree: unknown, references: ReadonlyMap<string, string>): readonly Problem[] {
  const path = toPath(issue.path)
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key]))
  if (issue.code === 'invalid_key') return [{ path, text: `expected ${issue.issues[0]?.message ?? 'another name'}` }]
  const value = valueAt(tree, path)
  const isChoice = issue.code === 'invalid_value' || (issue.code === 'invalid_type' && CHOICES.has(issue.expected))
  const shown = found(value, { path, variable: references.get(pathText(path)), isChoice })
  const near = issue.code === 'invalid_value' && typeof value === 'string' ? didYouMean(value, issue.values.map(String)) : ''
  return [{ path, text: `found ${shown}, expected ${issue.message}${near}` }]
}

const CHOICES: ReadonlySet<string> = new Set(['number', 'int', 'boolean'])

function unknownKey(path: Path): Problem {
  const key = String(path.at(-1))
  const known = keysAt(schema, path.slice(0, -1))
  return { path, text: `unknown key, expected one of ${known.join(', ')}${didYouMean(key, known)}` }
}

function toPath(path: readonly PropertyKey[]): Path {
  return path.map((key) => (typeof key === 'number' ? key : String(key)))
}

/** The smallest part around a path that may be missing: a field, or a whole model or provider where everything else depends on the field. */
function prunable(path: Path): Path {
  const isWhole = path[0] === 'models' || (path[0] === 'providers' && (path[2] === 'kind' || path[2] === 'baseUrl'))
  return path.slice(0, isWhole ? 2 : 3)
}
