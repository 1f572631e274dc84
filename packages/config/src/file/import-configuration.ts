import { GatewayError } from '@gateway/core'

/** The default export of a module. Errors of the module itself are told by their first line, with the whole as the cause. */
export async function importConfiguration(path: string, importModule: (path: string) => Promise<unknown>): Promise<unknown> {
  const module = await load(path, importModule)
  const configuration: unknown = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined
  if (configuration !== undefined) return configuration
  throw new GatewayError('invalid-configuration', `${path}: found no default export, expected export default defineConfig({ … }).`)
}

async function load(path: string, importModule: (path: string) => Promise<unknown>): Promise<unknown> {
  try {
    return await importModule(path)
  } catch (error) {
    const [reason = ''] = error instanceof Error ? error.message.split('\n') : []
    throw new GatewayError('invalid-configuration', `${path} could not be loaded: ${reason}`, { cause: error })
  }
}
