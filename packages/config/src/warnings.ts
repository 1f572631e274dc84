import { isLoopback } from './parts/loopback.ts'
import type { Settings } from './settings.ts'

/** What works and is probably not meant. */
export function warningsOf({ server, token, providers }: Omit<Settings, 'warnings'>): readonly string[] {
  const open = token === null && !isLoopback(server.host)
  return [
    ...(open ? [`Whoever reaches ${server.host} may use this gateway: no token is set (auth.token, AUTH_TOKEN).`] : []),
    ...providers.flatMap(({ provider }) => {
      if (provider.transport || !URL.canParse(provider.endpoints[0].baseUrl)) return []
      const { hostname, protocol } = new URL(provider.endpoints[0].baseUrl)
      if (isLoopback(hostname)) return []
      const hasKey = Object.keys(provider.endpoints[0].headers).some((name) => /authorization|key|token/.test(name))
      if (hasKey && protocol === 'http:')
        return [`Provider '${provider.name}' is sent its key over http, which others can read on the way.`]
      return hasKey || provider.isLocal ? [] : [`Provider '${provider.name}' is sent no key, although it is another machine.`]
    }),
  ]
}
