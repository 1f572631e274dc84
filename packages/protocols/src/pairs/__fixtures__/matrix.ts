import { replyOutcome, requestOutcome, streamOutcome, usualReplyWarnings, usualRequestWarnings } from './carriage.ts'
import type { Outcome } from './carriage.ts'
import { markdownTable } from './markdown-table.ts'
import { returnOutcome, RETURNS } from './next-turn.ts'
import { REPLY_SECTIONS } from './reply-features.ts'
import { REQUEST_SECTIONS } from './request-features.ts'
import { BEHAVIOURS } from './streaming.ts'
import type { Behaviour } from './streaming.ts'
import { SURFACES } from './surfaces.ts'
import type { Pair, Surface } from './surfaces.ts'

/** `docs/conformance.md`: what becomes of every feature between every two protocols, found by sending it. */
export function conformanceMatrix(): string {
  return `${[HEAD, modelsTable(), LEGEND, ...SURFACES.map(clientChapter)].join('\n\n')}\n`
}

const HEAD = `# Conformance

What a client of one protocol can say to a vendor of another, and what it hears. This page is written by a test from real
translations: \`pnpm conformance\` writes it anew, and the test fails where it does not say what the code does. A client and a
vendor of the same protocol are not here, since between them the bytes go on as they came.`

const LEGEND = `${markdownTable([
  ['sign', 'meaning'],
  ['✓', 'carried. A warning beside it says what had to be done for it'],
  ['~', 'said in another form, as the warning or the word beside it tells'],
  ['✗', 'dropped, and reported as such in `x-gateway-warnings`; with `x-gateway-strict: true` a request is refused instead'],
  ['(✓)', 'left out without a warning, since nothing depends on it'],
  ['–', 'whoever would have to say it has no word for it'],
])}

A stream has sent its headers before it can know what it drops: there ✗ stands alone.`

function modelsTable(): string {
  const rows = SURFACES.map(({ title, name, model }) => [title, `\`${name}\``, `\`${model}\``])
  return `What a vendor takes depends on its model, too. These are asked here:\n\n${markdownTable([['protocol', 'key', 'model'], ...rows])}`
}

function clientChapter(client: Surface): string {
  const pairs = SURFACES.filter((vendor) => vendor !== client).map((vendor) => ({ client, vendor }))
  const requests = REQUEST_SECTIONS.map(([title, features]) =>
    table(
      title,
      pairs,
      features.map((feature) => [feature.name, (pair) => requestOutcome(feature, pair)]),
    ),
  )
  const replies = REPLY_SECTIONS.flatMap(([title, features]) => [
    table(
      title,
      pairs,
      features.map((feature) => [feature.name, (pair) => replyOutcome(feature, pair)]),
    ),
    table(
      `${title}, streamed`,
      pairs,
      features.map((feature) => [feature.name, (pair) => streamOutcome(feature, pair)]),
    ),
  ])
  const behaviours = table(
    'Streams',
    pairs,
    BEHAVIOURS.map((behaviour) => [behaviour.name, (pair) => behaviourOutcome(behaviour, pair)]),
  )
  const returns = table(
    'What comes back in the next request',
    pairs,
    RETURNS.map((row) => [row.name, (pair) => returnOutcome(row, pair)]),
  )
  return [`## ${client.title} clients`, usualWarnings(pairs), ...requests, ...replies, behaviours, returns]
    .filter((part) => part !== '')
    .join('\n\n')
}

type Row = readonly [name: string, outcomeOf: (pair: Pair) => Outcome]

/** Rows in which nobody has anything to say are left out. */
function table(title: string, pairs: readonly Pair[], rows: readonly Row[]): string {
  const cells = rows.map(([name, outcomeOf]) => [name, ...pairs.map((pair) => cell(outcomeOf(pair)))])
  const said = cells.filter(([, ...signs]) => signs.some((sign) => sign !== UNSAID))
  if (said.length === 0) return ''
  return `### ${title}\n\n${markdownTable([['', ...pairs.map(({ vendor }) => vendor.title)], ...said])}`
}

const UNSAID = '–'

function cell(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'unsaid':
      return UNSAID
    case 'carried':
      return withWarnings('✓', outcome.warnings)
    case 'changed':
      return withWarnings('~', outcome.warnings)
    case 'dropped':
      return withWarnings('✗', outcome.warnings)
    case 'mapped':
      return `~ ${outcome.word}`
    case 'harmless':
      return `(✓) ${outcome.why}`
    case 'lost':
      return `**lost**: ${JSON.stringify(outcome.said)} became ${JSON.stringify(outcome.heard)}`
  }
}

function withWarnings(sign: string, warnings: readonly string[]): string {
  return [sign, ...warnings.map((warning) => `\`${warning}\``)].join(' ')
}

function behaviourOutcome(behaviour: Behaviour, pair: Pair): Outcome {
  const holds = behaviour.holds(pair)
  if (holds === null) return { kind: 'unsaid' }
  return holds ? { kind: 'carried', warnings: [] } : { kind: 'mapped', word: behaviour.otherwise }
}

function usualWarnings(pairs: readonly Pair[]): string {
  const rows = pairs.flatMap((pair) => {
    const usual = [...usualRequestWarnings(pair), ...usualReplyWarnings(pair)]
    return usual.length === 0 ? [] : [`- ${pair.vendor.title}: ${usual.map((warning) => `\`${warning}\``).join(', ')}`]
  })
  return rows.length === 0 ? '' : ['Said of every exchange, and not again below:', '', ...rows].join('\n')
}
