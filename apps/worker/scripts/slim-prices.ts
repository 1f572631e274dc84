import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'

/**
 * Writes the price list without its prose, for the Worker's bundle, which has a limit: descriptions, sources and names for people
 * are two fifths of its compressed size. Prices, models and the code that reads them stay as they are.
 */
const PROSE: ReadonlySet<string> = new Set(['description', 'name', 'price_comments', 'pricing_urls'])

const fromCost = createRequire(new URL('../../../packages/cost/package.json', import.meta.url))
const source = readFileSync(join(dirname(fromCost.resolve('@pydantic/genai-prices')), 'index.js'), 'utf8')
const folder = new URL('../.generated/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('genai-prices.js', folder), withoutProse(source))

function withoutProse(text: string): string {
  const { program } = parseSync('genai-prices.js', text)
  const list = program.body.find((node) => node.type === 'VariableDeclaration' && node.declarations[0]?.init?.type === 'ArrayExpression')
  if (!list) throw new Error('The price list does not begin with an array of providers any more: look at its new form.')
  let slim = ''
  let position = 0
  new Visitor({
    Property(node) {
      if (node.start < list.start || node.end > list.end || node.key.type !== 'Identifier' || !PROSE.has(node.key.name)) return
      slim += `${text.slice(position, node.value.start)}0`
      position = node.value.end
    },
  }).visit(program)
  return slim + text.slice(position)
}
