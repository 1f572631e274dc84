import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'oxc-parser'
import type { Directive, Statement, TSInterfaceDeclaration, TSSignature, TSType, TSTypeAliasDeclaration, TSTypeName } from 'oxc-parser'

/**
 * OpenAI's published schema in the form in which its own client carries it: the types of the package `openai`, which are generated
 * from the OpenAPI document. A value is checked against the text of a declaration. Taken strictly, that rejects OpenAI's own
 * traffic: so what is optional may be null, and what `RELAXED` names may be missing. Fields that nobody declared are let through.
 */
export interface PublishedType {
  /** What is wrong with the value, each as a path and a sentence; none where it fits. */
  complaints(value: unknown): readonly string[]
}

/** Fields that real answers leave out though the schema requires them. */
const RELAXED: ReadonlySet<string> = new Set([
  'logprobs',
  'refusal',
  'system_fingerprint',
  'annotations',
  'service_tier',
  'metadata',
  'cache_write_tokens',
  // Made by the client itself, of what it has got.
  'output_text',
])

/**
 * `module` within the package, such as `resources/chat/completions/completions`; `nullable` are fields of it that may be null,
 * since OpenAI itself says so. Throws where there is no such type.
 */
export function publishedType(module: string, name: string, nullable: readonly string[] = []): PublishedType {
  const scope = scopeOf(fileURLToPath(import.meta.resolve(`openai/${module}`)).replace(/\.m?js$/, '.d.ts'))
  const found = scope.types.get(name)
  if (found === undefined) throw new Error(`openai/${module} has no type ${name}`)
  const isNull = (complaint: string): boolean =>
    nullable.some((field) => complaint.includes(`.${field}: `)) && complaint.endsWith('found null')
  return { complaints: (value) => checkDeclaration(value, { declaration: found, scope }, '').filter((complaint) => !isNull(complaint)) }
}

type Declaration = TSInterfaceDeclaration | TSTypeAliasDeclaration

interface Scope {
  readonly file: string
  readonly parent: Scope | null
  readonly types: Map<string, Declaration>
  readonly namespaces: Map<string, Scope>
  /** Other files, by the name under which all of them is imported, or one thing of them. */
  readonly imports: Map<string, string>
}

interface Resolved {
  readonly declaration: Declaration
  readonly scope: Scope
}

const SCOPES = new Map<string, Scope>()

function scopeOf(file: string): Scope {
  const known = SCOPES.get(file)
  if (known !== undefined) return known
  const { program, errors } = parseSync(file, readFileSync(file, 'utf8'))
  if (errors[0] !== undefined) throw new Error(`${file}: ${errors[0].message}`)
  const scope = readScope(program.body, file, null)
  SCOPES.set(file, scope)
  return scope
}

function readScope(body: readonly (Directive | Statement)[], file: string, parent: Scope | null): Scope {
  const imports = new Map(body.flatMap((statement) => importsOf(statement, file)))
  const scope: Scope = { file, parent, types: new Map(), namespaces: new Map(), imports }
  for (const statement of body) declare(scope, statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement)
  return scope
}

function importsOf(statement: Directive | Statement, file: string): readonly (readonly [string, string])[] {
  if (statement.type !== 'ImportDeclaration' || !statement.source.value.startsWith('.')) return []
  const target = join(dirname(file), statement.source.value.replace(/\.js$/, '.d.ts'))
  return statement.specifiers.map(({ local }) => [local.name, target] as const)
}

function declare(scope: Scope, declaration: Directive | Statement | null): void {
  if (declaration?.type === 'TSInterfaceDeclaration' || declaration?.type === 'TSTypeAliasDeclaration') {
    scope.types.set(declaration.id.name, declaration)
  }
  if (declaration?.type === 'TSModuleDeclaration' && declaration.id.type === 'Identifier' && declaration.body?.type === 'TSModuleBlock') {
    scope.namespaces.set(declaration.id.name, readScope(declaration.body.body, scope.file, scope))
  }
}

function resolve(name: TSTypeName, scope: Scope): Resolved {
  const found = name.type === 'TSQualifiedName' ? memberOf(name.left, name.right.name, scope) : lookUp(name, scope)
  if (found === null) throw new Error(`${scope.file}: no such type ${JSON.stringify(name)}`)
  return found
}

function lookUp(name: TSTypeName, scope: Scope): Resolved | null {
  if (name.type !== 'Identifier') return null
  const declaration = scope.types.get(name.name)
  if (declaration !== undefined) return { declaration, scope }
  if (scope.parent !== null) return lookUp(name, scope.parent)
  const file = scope.imports.get(name.name)
  return file === undefined ? null : lookUp(name, scopeOf(file))
}

function memberOf(holder: TSTypeName, member: string, scope: Scope): Resolved | null {
  const inner = namespaceOf(holder, scope)
  const declaration = inner?.types.get(member)
  return inner === null || declaration === undefined ? null : { declaration, scope: inner }
}

function namespaceOf(name: TSTypeName, scope: Scope): Scope | null {
  if (name.type === 'TSQualifiedName') return namespaceOf(name.left, scope)?.namespaces.get(name.right.name) ?? null
  if (name.type !== 'Identifier') return null
  const own = scope.namespaces.get(name.name)
  if (own !== undefined) return own
  if (scope.parent !== null) return namespaceOf(name, scope.parent)
  const file = scope.imports.get(name.name)
  return file === undefined ? null : scopeOf(file)
}

function checkDeclaration(value: unknown, { declaration, scope }: Resolved, path: string): readonly string[] {
  if (declaration.type === 'TSTypeAliasDeclaration') return check(value, { type: declaration.typeAnnotation, scope }, path)
  const inherited = declaration.extends.flatMap(({ expression }) =>
    expression.type === 'Identifier' || expression.type === 'MemberExpression'
      ? checkDeclaration(value, resolve(typeNameOf(expression), scope), path)
      : [],
  )
  return [...inherited, ...checkMembers(value, { members: declaration.body.body, scope }, path)]
}

interface Dotted {
  readonly type: string
  readonly name?: string
  readonly object?: unknown
  readonly property?: unknown
}

/** `extends A.B` is an expression to the parser. */
function typeNameOf(expression: Dotted): TSTypeName {
  const text = textOf(expression)
  const { program } = parseSync('name.ts', `type Name = ${text}`)
  const [statement] = program.body
  if (statement?.type === 'TSTypeAliasDeclaration' && statement.typeAnnotation.type === 'TSTypeReference')
    return statement.typeAnnotation.typeName
  throw new Error(`no name of a type: ${text}`)
}

function textOf(expression: unknown): string {
  const name: unknown = Reflect.get(Object(expression), 'name')
  if (typeof name === 'string') return name
  return `${textOf(Reflect.get(Object(expression), 'object'))}.${textOf(Reflect.get(Object(expression), 'property'))}`
}

interface Members {
  readonly members: readonly TSSignature[]
  readonly scope: Scope
}

function checkMembers(value: unknown, { members, scope }: Members, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    // `string & {}` is a string that an editor completes.
    return members.length === 0 && value !== null && value !== undefined
      ? []
      : [`${path || 'the value'}: expected an object, found ${JSON.stringify(value)}`]
  }
  return members.flatMap((member) => {
    if (member.type === 'TSIndexSignature') {
      const inner = member.typeAnnotation.typeAnnotation
      return Object.entries(value).flatMap(([key, each]) => check(each, { type: inner, scope }, `${path}.${key}`))
    }
    if (member.type !== 'TSPropertySignature' || member.typeAnnotation === null) return []
    const key = keyOf(member.key)
    const each: unknown = Reflect.get(value, key)
    const isOptional = member.optional || RELAXED.has(key)
    if (isOptional && (each === undefined || each === null)) return []
    if (each === undefined) return [`${path}.${key}: required`]
    return check(each, { type: member.typeAnnotation.typeAnnotation, scope }, `${path}.${key}`)
  })
}

function keyOf(key: { readonly type: string }): string {
  const name: unknown = Reflect.get(key, 'name') ?? Reflect.get(key, 'value')
  return String(name)
}

interface Typed {
  readonly type: TSType
  readonly scope: Scope
}

function check(value: unknown, { type, scope }: Typed, path: string): readonly string[] {
  const plain = plainTypeOf(type)
  if (plain !== null) return plain.fits(value) ? [] : [`${path}: expected ${plain.name}, found ${JSON.stringify(value)}`]
  switch (type.type) {
    case 'TSArrayType':
      return checkElements(value, { type: type.elementType, scope }, path)
    case 'TSTypeReference':
      return checkReference(value, { type, scope }, path)
    case 'TSUnionType':
      return checkUnion(value, { types: type.types, scope }, path)
    case 'TSIntersectionType':
      return type.types.flatMap((each) => check(value, { type: each, scope }, path))
    case 'TSTypeLiteral':
      return checkMembers(value, { members: type.members, scope }, path)
    case 'TSParenthesizedType':
      return check(value, { type: type.typeAnnotation, scope }, path)
    default:
      throw new Error(`${scope.file}: a ${type.type} is not understood at ${path}`)
  }
}

/** A type that is made of no others. */
interface PlainType {
  readonly name: string
  readonly fits: (value: unknown) => boolean
}

const KEYWORDS: ReadonlyMap<string, PlainType> = new Map<string, PlainType>([
  ['TSStringKeyword', { name: 'a string', fits: (value) => typeof value === 'string' }],
  ['TSNumberKeyword', { name: 'a number', fits: (value) => typeof value === 'number' }],
  ['TSBooleanKeyword', { name: 'a boolean', fits: (value) => typeof value === 'boolean' }],
  ['TSUndefinedKeyword', { name: 'undefined', fits: (value) => value === undefined }],
  ['TSNullKeyword', { name: 'null', fits: (value) => value === null }],
  ['TSUnknownKeyword', { name: 'anything', fits: () => true }],
  ['TSAnyKeyword', { name: 'anything', fits: () => true }],
])

function plainTypeOf(type: TSType): PlainType | null {
  if (type.type !== 'TSLiteralType') return KEYWORDS.get(type.type) ?? null
  const literal: unknown = Reflect.get(type.literal, 'value')
  return { name: JSON.stringify(literal), fits: (value) => value === literal }
}

function checkReference(
  value: unknown,
  { type, scope }: { type: Extract<TSType, { type: 'TSTypeReference' }>; scope: Scope },
  path: string,
): readonly string[] {
  const [first, second] = type.typeArguments?.params ?? []
  const name = type.typeName.type === 'Identifier' ? type.typeName.name : ''
  if (name === 'Array' && first !== undefined) return checkElements(value, { type: first, scope }, path)
  if ((name === 'Record' || name === 'Object') && second !== undefined) {
    return Object.entries(Object(value)).flatMap(([key, each]) => check(each, { type: second, scope }, `${path}.${key}`))
  }
  return checkDeclaration(value, resolve(type.typeName, scope), path)
}

function checkElements(value: unknown, element: Typed, path: string): readonly string[] {
  if (!Array.isArray(value)) return [`${path}: expected an array, found ${JSON.stringify(value)}`]
  return value.flatMap((each, index) => check(each, element, `${path}[${index}]`))
}

/** The complaints of the alternative that comes nearest: the one whose `type` is right, or else with the fewest. */
function checkUnion(value: unknown, { types, scope }: { types: readonly TSType[]; scope: Scope }, path: string): readonly string[] {
  let nearest: readonly string[] | null = null
  for (const type of types) {
    const complaints = check(value, { type, scope }, path)
    if (complaints.length === 0) return []
    const isOtherType = complaints.some((complaint) => complaint.startsWith(`${path}.type: expected`))
    const best: readonly string[] = isOtherType ? [`${path}: of no known type`] : complaints
    if (nearest === null || nearest[0]?.endsWith('of no known type') === true || (!isOtherType && best.length < nearest.length))
      nearest = best
  }
  return nearest ?? []
}
