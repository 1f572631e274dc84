import { answerTo } from '../answer.ts'
import { fixed } from '../api.ts'
import type { Call, Identity, Reply } from '../api.ts'
import { complaintFor } from '../complaint.ts'
import type { Scene, SceneSettings } from '../scene.ts'
import { isBadRequest, lastUserText, promptOf, readChatRequest } from './chat-request.ts'
import type { ChatRequest } from './chat-request.ts'
import { completionBody } from './completion.ts'
import { chatDialect } from './dialect.ts'
import { streamEvents } from './stream-events.ts'

/** The answer to a POST to `…/chat/completions`. */
export function chatReply(call: Call, identity: Identity): Reply {
  const request = readChatRequest(call.body)
  if (isBadRequest(request)) {
    const complaint = { status: 400, type: 'invalid_request_error', code: 'invalid_type', ...request }
    return fixed(chatDialect(identity.vendor, '').refuse(complaint), true)
  }
  const dialect = chatDialect(identity.vendor, request.model)
  if (!identity.models.includes(request.model)) return fixed(dialect.refuse(complaintFor(404, request.model)), true)
  return {
    kind: 'played',
    wire: 'openai-chat',
    wish: { field: request.x_simulate, text: lastUserText(request) },
    scene: (settings) => chatScene(request, { call, identity }, settings),
  }
}

interface Place {
  readonly call: Call
  readonly identity: Identity
}

function chatScene(request: ChatRequest, { call, identity }: Place, settings: SceneSettings): Scene {
  const speaker = {
    vendor: identity.vendor,
    name: identity.name,
    id: `chatcmpl-${identity.name}-${call.serial}`,
    created: Math.floor(settings.nowMs / 1000),
  }
  const answer = answerTo(promptOf(request), settings.answerWords)
  const isStreamed = request.stream === true
  const events = isStreamed ? streamEvents(request, answer, speaker) : []
  return {
    wire: 'openai-chat',
    dialect: chatDialect(identity.vendor, request.model),
    model: request.model,
    isStreamed,
    events,
    body: isStreamed ? '' : JSON.stringify(completionBody(request, answer, speaker)),
    contentDeltas: answer.choices.reduce((sum, choice) => sum + choice.tokens.length, 0),
    usage: answer.usage,
    afterDeltas: settings.afterDeltas,
    nowMs: settings.nowMs,
    chat: { answer, speaker, events },
  }
}
