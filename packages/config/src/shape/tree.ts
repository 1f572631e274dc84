/** Where a value stands in a configuration: `['models', 'fast', 'targets', 0]`. */
export type Path = readonly (string | number)[]

/** A plain object: neither a list nor an instance of something. */
export function isTree(value: unknown): value is { readonly [key: string]: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  // A module may come from a realm of its own, whose `Object` is another one; every realm's ends the chain.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** Undefined where nothing stands there. */
export function valueAt(tree: unknown, path: Path): unknown {
  const [key, ...rest] = path
  if (key === undefined) return tree
  if (Array.isArray(tree)) return valueAt(tree[Number(key)], rest)
  return isTree(tree) && Object.hasOwn(tree, key) ? valueAt(tree[key], rest) : undefined
}

/** A copy with another value at the path; objects on the way are made where they are missing. */
export function withValue(tree: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (Array.isArray(tree)) return tree.map((item: unknown, index) => (index === Number(key) ? withValue(item, rest, value) : item))
  const fields = isTree(tree) ? tree : {}
  return { ...fields, [key]: withValue(valueAt(fields, [key]), rest, value) }
}

/** A copy without what stands at the path. */
export function without(tree: unknown, path: Path): unknown {
  const [key, ...rest] = path
  if (key === undefined || !isTree(tree)) return undefined
  const fields = Object.entries(tree).flatMap(([name, value]) => {
    if (name !== String(key)) return [[name, value] as const]
    const left = rest.length === 0 ? undefined : without(value, rest)
    return left === undefined ? [] : [[name, left] as const]
  })
  return Object.fromEntries(fields)
}

/** `models.fast.targets[0]`. Names that could not stand in a line of text are quoted. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, key) => text + (typeof key === 'number' ? `[${key}]` : named(key, text === '')), '')
}

function named(key: string, isFirst: boolean): string {
  const shown = key.length > MAX_NAME ? `${key.slice(0, MAX_NAME)}…` : key
  if (!/^[\w$@:/*…-][\w$@:/*.…-]*$/.test(shown)) return `[${JSON.stringify(shown)}]`
  return isFirst ? shown : `.${shown}`
}

const MAX_NAME = 80
