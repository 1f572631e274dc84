import type { ChatProtocol } from '@gateway/core'
import { openaiChat } from '@gateway/protocols'
import { writeCall } from './call.ts'
import type { LanguageModels } from './language-model.ts'
import { readReply } from './reply.ts'
import { readStream } from './stream.ts'

/**
 * What the gateway and the bridge's transport say to each other: the AI SDK's call options and its answers as JSON. No client
 * speaks it, so its client's side is OpenAI's; so are errors, since the AI SDK tells them by HTTP status.
 */
export function aiSdkProtocol(models: LanguageModels): ChatProtocol {
  return {
    ...openaiChat,
    name: 'ai-sdk',
    writeRequest: (request) => writeCall(request, models[request.model]?.specificationVersion ?? ''),
    readReply,
    readStream,
  }
}
