import type { ChatProtocol } from '../protocol.ts'

/** How the answer to a chat is read. */
export interface ChatReading {
  /** What the upstream speaks. */
  readonly protocol: ChatProtocol
  /** The model that was asked, for an answer that does not say which it is. */
  readonly model: string
  /** Client and upstream speak the same protocol, so the answer's bytes may go on as they come. */
  readonly passesReply: boolean
  /** The gateway asked for usage and the client did not. */
  readonly stripsUsage: boolean
}
