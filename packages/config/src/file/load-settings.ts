import { GatewayError } from '@gateway/core'
import { readVariable, type Environment } from '../environment/env-reference.ts'
import type { Settings } from '../settings.ts'
import { toSettings } from '../to-settings.ts'
import { importConfiguration } from './import-configuration.ts'
import { parseJson } from './parse-json.ts'
import { parseYaml } from './parse-yaml.ts'

/** How files are reached; paths are as `GATEWAY_CONFIG` gives them, or names in the working directory. */
export interface FileAccess {
  readonly env: Environment
  /** Null where there is no such file. */
  readonly readText: (path: string) => Promise<string | null>
  /** The module's namespace. */
  readonly importModule: (path: string) => Promise<unknown>
}

/** In the order in which they are looked for. */
export const CONFIGURATION_FILES: readonly string[] = ['ts', 'js', 'mjs', 'json', 'yaml', 'yml'].map(
  (extension) => `gateway.config.${extension}`,
)

/**
 * Reads the file that `GATEWAY_CONFIG` names, else the one `gateway.config.*` that is there, else the environment alone.
 * Throws `GatewayError('invalid-configuration')` where there are several, where it cannot be read, and as `toSettings` does.
 */
export async function loadSettings(access: FileAccess): Promise<Settings> {
  const file = await findFile(access)
  if (!file) return toSettings({ env: access.env })
  return toSettings({ configuration: await readConfiguration(file, access), source: file.path, env: access.env })
}

interface ConfigurationFile {
  readonly path: string
  readonly text: string
}

async function findFile(access: FileAccess): Promise<ConfigurationFile | null> {
  const named = readVariable(access.env, 'GATEWAY_CONFIG')
  if (named !== null) {
    const text = await access.readText(named)
    if (text === null) throw new GatewayError('invalid-configuration', `GATEWAY_CONFIG: there is no file '${named}'.`)
    return { path: named, text }
  }
  const files = await Promise.all(CONFIGURATION_FILES.map(async (path) => ({ path, text: await access.readText(path) })))
  const present = files.flatMap(({ path, text }) => (text === null ? [] : [{ path, text }]))
  if (present.length > 1) {
    const names = present.map(({ path }) => path).join(' and ')
    throw new GatewayError(
      'invalid-configuration',
      `Found ${names}, expected one of them: remove the others, or set GATEWAY_CONFIG to the one that counts.`,
    )
  }
  return present[0] ?? null
}

function readConfiguration({ path, text }: ConfigurationFile, { importModule }: FileAccess): Promise<unknown> {
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase()
  if (MODULES.has(extension)) return importConfiguration(path, importModule)
  if (extension === 'json') return parseJson(path, text)
  if (extension === 'yaml' || extension === 'yml') return parseYaml(path, text)
  throw new GatewayError(
    'invalid-configuration',
    `GATEWAY_CONFIG: found '${path}', expected a file that ends in .ts, .js, .mjs, .json, .yaml or .yml.`,
  )
}

const MODULES: ReadonlySet<string> = new Set(['ts', 'mts', 'js', 'mjs'])
