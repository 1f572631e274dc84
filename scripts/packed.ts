import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './run.ts'

// What npm would publish is not what lies in the folder: `publishConfig` and `files` have had their say only in the tarball.
const folder = mkdtempSync(join(tmpdir(), 'gateway-packed-'))
try {
  const packed = await run(['pnpm', '--recursive', '--filter', './packages/*', 'pack', '--pack-destination', folder])
  const tarballs = globSync(join(folder, '*.tgz')).toSorted()
  const complaints = (await Promise.all(tarballs.map(complaintsAbout))).flat()
  if (packed.exitCode !== 0) complaints.unshift(packed.output)
  if (tarballs.length === 0) complaints.push('No package was packed.')

  console.log(complaints.length === 0 ? `${tarballs.length} packages` : complaints.join('\n'))
  process.exitCode = complaints.length === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true })
}

async function complaintsAbout(tarball: string): Promise<readonly string[]> {
  const verdicts = await Promise.all([
    run(['publint', '--strict', tarball]),
    run(['attw', '--profile', 'esm-only', '--no-emoji', '--no-color', tarball]),
  ])
  return verdicts.filter((verdict) => verdict.exitCode !== 0).map((verdict) => verdict.output)
}
