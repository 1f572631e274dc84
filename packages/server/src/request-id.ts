/** Never taken from the client: the ledger counts each id once, and a log line must not be forged. */
export function newRequestId(): string {
  return `req_${crypto.randomUUID().replaceAll('-', '')}`
}
