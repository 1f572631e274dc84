/** Tool calls of a conversation and who has answered them, where a protocol lets both leave out their ids. */
export interface CallLedger {
  /** The id of a call: its own, or one by counting, the same at each reading. */
  call(call: { readonly id: string | undefined; readonly name: string }): string
  /** The id of the call that is answered: the one that is named, else the first unanswered one of that function, or of any. */
  answer(answer: { readonly id: string | undefined; readonly name: string | undefined }): string
  /** The function that a call is for. */
  nameOf(id: string): string | undefined
}

/** `prefix` begins the ids of calls that have none. */
export function createCallLedger(prefix: string): CallLedger {
  const names = new Map<string, string>()
  const waiting = new Map<string, string>()
  let count = 0

  function nextId(): string {
    do count += 1
    while (names.has(`${prefix}${count}`))
    return `${prefix}${count}`
  }

  function firstWaiting(name: string | undefined): string | undefined {
    for (const [id, waitingName] of waiting) if (name === undefined || waitingName === name) return id
    return undefined
  }

  return {
    call({ id = nextId(), name }) {
      names.set(id, name)
      waiting.set(id, name)
      return id
    },
    answer({ id, name }) {
      const answered = id ?? firstWaiting(name) ?? nextId()
      waiting.delete(answered)
      return answered
    },
    nameOf: (id) => names.get(id),
  }
}
