import { GatewayError, type ChatProtocol, type ChatSurface, type Habits, type Provider } from '@gateway/core'

/** A protocol at its place. */
export interface SpokenProtocol {
  readonly protocol: ChatProtocol
  /** Behind the address. */
  readonly path: ChatSurface['path']
  /** Habits that only this surface has. */
  readonly habits?: Habits
}

export interface ChatSurfaceParts {
  readonly name: string
  /** What it speaks unless told otherwise, first what others are translated to. */
  readonly speaks: readonly [SpokenProtocol, ...SpokenProtocol[]]
  readonly maySpeak: readonly SpokenProtocol[]
  /** The deployment's own choice, by name and in its order. */
  readonly protocols: readonly string[] | undefined
  readonly habits: Habits
}

/** The protocols that a deployment speaks. Throws `GatewayError('invalid-configuration')` for the name of one that it cannot. */
export function chatSurfaces(parts: ChatSurfaceParts): Provider['chat'] {
  const [first, ...others] = chosen(parts)
  const toSurface = ({ protocol, path, habits }: SpokenProtocol): ChatSurface => ({
    protocol,
    path,
    habits: { ...habits, ...parts.habits },
  })
  return [toSurface(first), ...others.map(toSurface)]
}

function chosen({ name, speaks, maySpeak, protocols }: ChatSurfaceParts): ChatSurfaceParts['speaks'] {
  const known = new Map([...speaks, ...maySpeak].map((spoken) => [spoken.protocol.name, spoken]))
  const find = (protocol: string): SpokenProtocol => {
    const spoken = known.get(protocol)
    if (spoken) return spoken
    const names = [...known.keys()].join(', ')
    throw new GatewayError('invalid-configuration', `Provider '${name}': expected protocols of ${names}.`)
  }
  const [first, ...others] = new Set(protocols)
  return first === undefined ? speaks : [find(first), ...others.map(find)]
}
