import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { relative } from 'node:path'
import { run } from './run.ts'

const projects = globSync(['tsconfig.json', 'tsconfig.workers.json', '{packages,apps,examples}/*/tsconfig.json']).toSorted()
const checked = new Set<string>()
const complaints: string[] = []

const queue = [...projects]
await Promise.all(Array.from({ length: availableParallelism() }, drain))

const sources = globSync('{packages,apps,examples,test,scripts}/**/*.{ts,tsx}', {
  exclude: ['**/{node_modules,dist,.wrangler}/**', '**/*.d.ts'],
})
for (const file of sources) {
  if (!checked.has(file)) complaints.push(`${file}: no tsconfig.json includes this file`)
}

console.log(complaints.length === 0 ? `${projects.length} projects, ${checked.size} files` : complaints.join('\n'))
process.exitCode = complaints.length === 0 ? 0 : 1

async function drain(): Promise<void> {
  for (let project = queue.shift(); project !== undefined; project = queue.shift()) await check(project)
}

/** Fails on an error of the compiler, and remembers which of our own files it has seen. */
async function check(project: string): Promise<void> {
  const { exitCode, output } = await run(['tsc', '--noEmit', '--listFiles', '--pretty', 'false', '-p', project])
  const lines = output.split('\n')
  const listed = lines.filter((line) => line.startsWith('/') && !line.includes('/node_modules/'))
  for (const file of listed) checked.add(relative('.', file))
  if (exitCode !== 0) complaints.push(`${project}:`, ...lines.filter((line) => line !== '' && !line.startsWith('/')))
}
