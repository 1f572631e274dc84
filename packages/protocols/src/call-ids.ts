/**
 * Names the tool calls of one answer in their order: by their own ids, else by that of the answer and their place in it, so that
 * each reading finds the same and no two answers share one.
 */
export function callIds(replyId: string): (call: { readonly id: string | undefined }) => string {
  let count = 0
  return ({ id }) => {
    count += 1
    return id ?? `${replyId}-${count - 1}`
  }
}
