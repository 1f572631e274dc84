/** Function calls of a conversation and who has answered them: Google lets both leave out their ids. */
export interface CallLedger {
  /** The id of a call: its own, or one by counting, the same at each reading. */
  call(call: { readonly id: string | undefined; readonly name: string }): string
  /** The id of the call that is answered: the one that is named, else the first unanswered one of that function. */
  answer(answer: { readonly id: string | undefined; readonly name: string }): { readonly id: string; readonly isKnown: boolean }
}

export function createCallLedger(): CallLedger {
  const names = new Map<string, string>()
  const pending = new Map<string, Set<string>>()
  let count = 0

  function nextId(): string {
    count += 1
    return `gemini_call_${count}`
  }

  return {
    call({ id = nextId(), name }) {
      names.set(id, name)
      const waiting = pending.get(name) ?? new Set()
      pending.set(name, waiting.add(id))
      return id
    },
    answer({ id, name }) {
      const waiting = pending.get(name)
      const answered = id ?? waiting?.values().next().value
      if (answered === undefined) return { id: nextId(), isKnown: false }
      waiting?.delete(answered)
      return { id: answered, isKnown: names.get(answered) === name }
    },
  }
}
