import { expect, it } from 'vitest'
import { conformanceMatrix } from './__fixtures__/matrix.ts'

it('says in docs/conformance.md what becomes of every feature (pnpm conformance writes it anew)', async () => {
  await expect(conformanceMatrix()).toMatchFileSnapshot('../../../../docs/conformance.md')
})

it('loses nothing in silence', () => {
  const lost = conformanceMatrix()
    .split('\n')
    .filter((line) => line.includes('**lost**'))
  expect(lost).toEqual([])
})
