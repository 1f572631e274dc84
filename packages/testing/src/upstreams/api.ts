import type { Vendor } from './openai/vendor.ts'
import type { Scene, SceneSettings } from './scene.ts'
import type { Head, Script } from './script.ts'
import type { Wire } from './wire.ts'

/** A vendor's server without its socket: which answer it has for a request. */
export interface Api {
  reply(call: Call): Reply | Promise<Reply>
  /** Forgets what earlier requests left behind. */
  reset(): void
}

/** Who a server is. */
export interface Identity {
  readonly name: string
  readonly vendor: Vendor
  readonly models: readonly string[]
  /** `null`: any key will do. */
  readonly apiKey: string | null
}

/** One request, read to its end. */
export interface Call {
  /** Counts the requests of this server. */
  readonly serial: number
  readonly method: string
  readonly url: URL
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly bytes: Uint8Array
}

/** `fixed` is answered so whatever fault is in force; `played` is what faults are for. */
export type Reply =
  | { readonly kind: 'fixed'; readonly script: Script; readonly isCounted: boolean; readonly headers?: Head['headers'] }
  | {
      readonly kind: 'played'
      readonly wire: Wire
      /** Where the request may choose a behaviour for itself. */
      readonly wish: Wish
      readonly headers?: Head['headers']
      readonly scene: (settings: SceneSettings) => Scene
    }

/** A field of the body, or the text of the prompt, which survives a translation. */
export interface Wish {
  readonly field: unknown
  readonly text: string
}

/** A reply that no fault changes. */
export function fixed(script: Script, isCounted: boolean = false): Extract<Reply, { kind: 'fixed' }> {
  return { kind: 'fixed', script, isCounted }
}
