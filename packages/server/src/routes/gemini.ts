import { GatewayError } from '@gateway/core'
import { geminiEmbeddings } from '@gateway/protocols'
import type { Handler } from 'hono'
import { refuseWhileDraining } from '../draining.ts'
import { readWireRequest } from '../read-body.ts'
import type { ServerEnv, ServerParts } from '../server-parts.ts'
import { geminiChat } from './chat.ts'
import { countGemini } from './count-tokens.ts'
import { answerEmbeddings } from './embeddings.ts'

/** `POST /v1beta/models/{model}:{method}`; the model may hold slashes. */
export function geminiMethod(parts: ServerParts): Handler<ServerEnv> {
  return async (context) => {
    refuseWhileDraining(parts)
    const { model, method } = split(context.req.param('address') ?? '')
    switch (method) {
      case 'generateContent':
      case 'streamGenerateContent':
        return geminiChat(parts, context, { model, isStreaming: method === 'streamGenerateContent' })
      case 'embedContent':
      case 'batchEmbedContents': {
        const wire = await readWireRequest(context.req.raw, geminiEmbeddings.name, parts)
        return answerEmbeddings({ parts, context, protocol: geminiEmbeddings }, { ...wire, address: { model, isStreaming: false } })
      }
      case 'countTokens':
        return countGemini(parts, context, model)
      default:
        throw new GatewayError('not-found', `There is no method '${method.slice(0, 40)}' here.`)
    }
  }
}

function split(address: string): { readonly model: string; readonly method: string } {
  const colon = address.lastIndexOf(':')
  return { model: address.slice(0, Math.max(0, colon)), method: address.slice(colon + 1) }
}
