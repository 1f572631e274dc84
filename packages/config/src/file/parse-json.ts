import { GatewayError } from '@gateway/core'

/** A JSON document. Runtimes quote the text around a mistake, which may be a key: only the place is told. */
export async function parseJson(path: string, text: string): Promise<unknown> {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    const place = error instanceof Error ? /line (\d+) column (\d+)/.exec(error.message) : null
    throw new GatewayError('invalid-configuration', `${path}: not valid JSON${place ? `, at line ${place[1]}, column ${place[2]}` : ''}.`)
  }
}
