import type { Body, OutputItem } from './response-body.ts'

/** What the server keeps of its answers, where a request does not forbid it. */
export interface ResponseStore {
  keep(response: Kept): void
  find(id: string): Kept | undefined
  /** Whether an item of a kept answer has this id. */
  hasItem(id: string): boolean
  forget(id: string): boolean
  clear(): void
}

export interface Kept {
  readonly id: string
  readonly body: Body
  readonly output: readonly OutputItem[]
  /** All that the next turn brings along: this one's prompt and its answer. */
  readonly tokens: number
}

export function createResponseStore(): ResponseStore {
  const kept = new Map<string, Kept>()
  return {
    keep: (response) => {
      kept.set(response.id, response)
    },
    find: (id) => kept.get(id),
    hasItem: (id) => [...kept.values()].some(({ output }) => output.some((entry) => entry.id === id)),
    forget: (id) => kept.delete(id),
    clear: () => kept.clear(),
  }
}
