/** A client that can go away, and that counts who listens for it. */
export interface Client {
  readonly signal: AbortSignal
  leave(): void
  listeners(): number
}

export function connectedClient(): Client {
  const controller = new AbortController()
  const { signal } = controller
  const listeners = new Set<unknown>()
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (type: string, listener: EventListenerOrEventListenerObject, options?: AddEventListenerOptions | boolean) => {
    listeners.add(listener)
    add(type, listener, options)
  }
  signal.removeEventListener = (type: string, listener: EventListenerOrEventListenerObject) => {
    listeners.delete(listener)
    remove(type, listener)
  }
  return { signal, leave: () => controller.abort(), listeners: () => listeners.size }
}
