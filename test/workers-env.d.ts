declare namespace Cloudflare {
  /** The bindings that `vitest.config.ts` gives to `*.workers.test.ts`. */
  interface Env {
    readonly DB: D1Database
  }
}
