/** What the tests use of Bun's own module; its types would bring all of Bun's globals along. */
declare module 'bun:sqlite' {
  import type { SqliteHandle } from '@gateway/stores/sql'

  export const Database: new (path: string) => SqliteHandle
}
