import { readVariable, type Environment, type EnvReference } from './env-reference.ts'
import type { Problem } from '../problems/problem.ts'
import { isTree, pathText, type Path } from '../shape/tree.ts'

export interface Resolved {
  readonly tree: unknown
  /** The variable that stood at a path, by `pathText`; those that are not set as well. */
  readonly references: ReadonlyMap<string, string>
  readonly problems: readonly Problem[]
}

/** Puts the values of the environment in the place of references. Values stay text: what they should be is the schema's to say. */
export function resolveReferences(configuration: unknown, environment: Environment): Resolved {
  const references = new Map<string, string>()
  const problems: Problem[] = []

  const resolve = (value: unknown, path: Path): unknown => {
    if (isReference(value)) return lookUp(value, path)
    if (Array.isArray(value)) return value.map((item: unknown, index) => resolve(item, [...path, index]))
    if (!isTree(value)) return value
    const fields = Object.entries(value).map(([key, field]) => [key, resolve(field, [...path, key])] as const)
    return Object.fromEntries(fields.filter(([, field]) => field !== undefined))
  }

  const lookUp = (reference: EnvReference, path: Path): unknown => {
    references.set(pathText(path), reference.env)
    const value = readVariable(environment, reference.env) ?? reference.default
    if (value === undefined) {
      problems.push({ path, text: `the environment variable ${reference.env} is not set` })
    }
    return value
  }

  return { tree: resolve(configuration, []), references, problems }
}

/** Anything else with an `env` in it is left to the schema, which knows no such key. */
function isReference(value: unknown): value is EnvReference {
  if (!isTree(value) || typeof value['env'] !== 'string' || !VARIABLE_NAME.test(value['env'])) return false
  const others = Object.keys(value).filter((key) => key !== 'env')
  return others.every((key) => key === 'default' && ['string', 'number', 'boolean'].includes(typeof value[key]))
}

const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/
