import { readFileSync } from 'node:fs'

export interface Markdown {
  readonly path: string
  /** Targets of links and images that stay in the repo: `architecture.md#stages`. */
  readonly links: readonly string[]
  /** What stands between single backticks. */
  readonly inlineCode: readonly string[]
  /** The lines of each fenced block that a reader would type into a shell, without prompts and comments. */
  readonly shellBlocks: ReadonlyArray<readonly string[]>
  /** The first word of each line of a fenced block that is in no language, as in a drawing of folders. */
  readonly treeEntries: readonly string[]
  /** The fragments by which GitHub addresses the headings: `adding-a-provider`. */
  readonly fragments: ReadonlySet<string>
}

export function readMarkdown(path: string): Markdown {
  const text = readFileSync(path, 'utf8').replaceAll(/<!--.*?-->/gs, '')
  const fences = Array.from(text.matchAll(FENCE), ([, language = '', body = '']) => ({ language, body }))
  const prose = text.replaceAll(FENCE, '')
  return {
    path,
    links: matches(prose.replaceAll(INLINE_CODE, ''), LINK).filter((target) => !/^[a-z]+:/i.test(target)),
    inlineCode: matches(prose, INLINE_CODE),
    shellBlocks: fences.filter((fence) => SHELLS.has(fence.language)).map((fence) => shellLines(fence.body)),
    treeEntries: fences.filter((fence) => fence.language === '').flatMap((fence) => matches(fence.body, FIRST_WORD)),
    fragments: new Set(matches(prose, HEADING).map(fragmentOf)),
  }
}

const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'console', 'shell'])
const FENCE = /^ *```(\w*)[^\n]*\n(.*?)^ *```$/gms
const FIRST_WORD = /^\s*(\S+)/gm
const INLINE_CODE = /`([^`\n]+)`/g
const LINK = /\]\(<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]: *(\S+)/gm
const HEADING = /^#{1,6} +(.+)$/gm

function matches(text: string, pattern: RegExp): readonly string[] {
  return Array.from(text.matchAll(pattern), (match) => match[1] ?? match[2] ?? '')
}

function shellLines(block: string): readonly string[] {
  const lines = block.replaceAll(/\\\n\s*/g, ' ').split('\n')
  return lines
    .map((line) =>
      line
        .replace(/^\s*\$ /, '')
        .replace(/(^|\s)#.*$/, '')
        .trim(),
    )
    .filter((line) => line !== '')
}

function fragmentOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-')
}
