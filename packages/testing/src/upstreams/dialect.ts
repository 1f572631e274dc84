import type { Complaint } from './complaint.ts'
import type { Head, Script } from './script.ts'

/** How one vendor says on one wire what every server says somehow. */
export interface Dialect {
  readonly streamHead: Head
  /** The whole answer to a request that fails: the vendor's status, body and headers. */
  refuse(complaint: Complaint, headers?: Head['headers']): Script
  /** What goes with a 429, besides any hint when to come back. */
  readonly limitHeaders: Head['headers']
  /** An error that comes after a 200: as a whole body, and as what is written in the middle of a stream. */
  readonly lateError: { readonly body: unknown; readonly event: string }
  /** A whole answer, or an event, that says that the answer failed; only some wires have one. */
  readonly failure?: { readonly body: unknown; readonly event: string }
  /** The beginning of an event. */
  readonly halfEvent: string
  /** All that a stream with nothing in it has. */
  readonly emptyStream: string
  /** An answer in which nothing is said. */
  readonly emptyBody: unknown
}
