import { GatewayError } from '@gateway/core'

/** A YAML document. The parser quotes the line with a mistake, which may hold a key: only the place and the parser's code are told. */
export async function parseYaml(path: string, text: string): Promise<unknown> {
  const { LineCounter, parseDocument } = await import('yaml')
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { prettyErrors: false, lineCounter })
  const [mistake] = [...document.errors, ...document.warnings]
  if (mistake) {
    const { line, col } = lineCounter.linePos(mistake.pos[0])
    throw new GatewayError('invalid-configuration', `${path}: not valid YAML at line ${line}, column ${col} (${mistake.code}).`)
  }
  try {
    const value: unknown = document.toJS()
    return value ?? {}
  } catch {
    throw new GatewayError('invalid-configuration', `${path}: its aliases cannot be resolved.`)
  }
}
