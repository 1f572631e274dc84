/** A file or folder named so says that its contents have nothing in common. */
export const NAMES_WITHOUT_AN_IDEA: ReadonlySet<string> = new Set([
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'types',
  'misc',
  'shared',
  'lib',
])
