interface A { readonly x: number }
const table = { a: 1 } as const satisfies Record<string, number>
export function bad(e: unknown, a: number, b: number, d: number): A {
  const y = e as A
  const z = <A>e
  const n = y!
  Promise.resolve(1)
  a = 3
  if (a) { return z } else { console.log(b, d, n, table) }
  const res = JSON.parse('{}')
  return res.x
}
export async function loop(list: readonly number[], next: (n: number) => Promise<number>): Promise<readonly number[]> {
  const out: number[] = []
  for (const n of list) out.push(await next(n))
  const found: unknown = JSON.parse('[]')
  const sorted = [...out].sort()
  let text = ''
  while (text.length < 3) text += String(found)
  const { a, ...rest } = { a: 1, b: 2 }
  void (async () => { await next(1) })()
  try { await next(1) } catch (error) { throw new Error('x', { cause: error }) }
  return sorted.map(n => n + rest.b + a)
}
export default loop
