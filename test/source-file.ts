import { parseSync, Visitor } from 'oxc-parser'
import { readFileSync } from 'node:fs'

export interface SourceFile {
  readonly path: string
  readonly lines: number
  /** Every module that is named: by `import`, `export … from`, `import()` and `import('…')` in a type. */
  readonly imports: readonly string[]
  /** Names that are read as variables or types; the name of a property is none of them, unless it is one of `globalThis`. */
  readonly names: ReadonlySet<string>
}

/** Throws on a file that does not parse: nothing true could be said of it. */
export function readSource(path: string): SourceFile {
  const text = readFileSync(path, 'utf8')
  const { program, errors } = parseSync(path, text)
  if (errors[0] !== undefined) throw new Error(`${path}: ${errors[0].message}`)

  const imports: string[] = []
  const names = new Set<string>()
  const propertyNames = new Set<number>()
  const skip = (node: { computed?: boolean; key: { start: number } }): void => {
    if (node.computed !== true) propertyNames.add(node.key.start)
  }

  new Visitor({
    ImportDeclaration: (node) => void imports.push(node.source.value),
    ExportAllDeclaration: (node) => void imports.push(node.source.value),
    ExportNamedDeclaration: (node) => void (node.source !== null && imports.push(node.source.value)),
    ImportExpression: (node) => void (node.source.type === 'Literal' && imports.push(String(node.source.value))),
    TSImportType: (node) => void imports.push(node.source.value),
    MemberExpression: (node) => {
      if (node.computed) return
      propertyNames.add(node.property.start)
      if (node.object.type === 'Identifier' && node.object.name === 'globalThis') names.add(node.property.name)
    },
    Property: (node) => void (!node.shorthand && skip(node)),
    PropertyDefinition: skip,
    MethodDefinition: skip,
    TSPropertySignature: skip,
    TSMethodSignature: skip,
    Identifier: (node) => void (!propertyNames.has(node.start) && names.add(node.name)),
  }).visit(program)

  return { path, lines: text.trimEnd().split('\n').length, imports, names }
}
