/**
 * The schema of a configuration, and the one place where a configuration becomes a gateway.
 *
 *     const settings = toSettings({ env })                       // the environment alone
 *     const settings = toSettings({ configuration, env })        // what defineConfig({ … }) returned, or parsed JSON
 *     const { handle, catalogue, discovery } = assembleGateway(settings, { transport, health, clock, random, pricer, record })
 *
 * - `defineConfig`, `env`: for `gateway.config.ts`; types `Configuration`, `EnvReference`
 * - `toSettings`: checks and completes; type `Settings`; `redact` makes settings printable
 * - `assembleGateway`: settings and what the runtime brings, to the request path, its catalogue and its discovery
 * - `@gateway/config/file`: `loadSettings` finds and reads `gateway.config.ts | .js | .mjs | .json | .yaml | .yml`
 * - `@gateway/config/gateway.schema.json`: for editors
 */
export * from './assemble-gateway.ts'
export * from './configuration.ts'
export * from './discovery/discovery.ts'
export * from './environment/env-reference.ts'
export * from './host/banner.ts'
export * from './host/host-gateway.ts'
export * from './redact.ts'
export * from './settings.ts'
export * from './to-settings.ts'
