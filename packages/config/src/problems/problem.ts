import { GatewayError } from '@gateway/core'
import { pathText, type Path } from '../shape/tree.ts'

/** One thing that is wrong with a configuration: `found …, expected …`, without the value of a secret. */
export interface Problem {
  readonly path: Path
  readonly text: string
}

/** Where the values of a configuration came from. */
export interface Origins {
  /** The file, or `the environment`. */
  readonly source: string
  /** The variable that stands for a path in place of a file, by `pathText`: problems are told in its name. */
  readonly variables: ReadonlyMap<string, string>
  /** The variable that a reference at a path named, by `pathText`. */
  readonly references: ReadonlyMap<string, string>
}

/** All problems in one error; of several at one path only the first, since the others follow from it. */
export function invalidConfiguration(problems: readonly Problem[], origins: Origins): GatewayError {
  const lines = new Map<string, string>()
  for (const { path, text } of problems) {
    const place = placeOf(path, origins)
    if (!lines.has(place)) lines.set(place, `  - ${place}: ${text}`)
  }
  const count = lines.size === 1 ? '1 problem' : `${lines.size} problems`
  return new GatewayError('invalid-configuration', [`Invalid configuration (${origins.source}), ${count}:`, ...lines.values()].join('\n'))
}

function placeOf(path: Path, origins: Origins): string {
  const text = pathText(path)
  const variable = origins.variables.get(text)
  if (variable !== undefined) return variable
  const reference = origins.references.get(text)
  if (reference !== undefined) return `${text} (from ${reference})`
  return text === '' ? 'the configuration' : text
}
