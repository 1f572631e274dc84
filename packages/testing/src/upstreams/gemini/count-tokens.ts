import * as z from 'zod/mini'
import { complaintFor } from '../complaint.ts'
import { parseJson } from '../prompt.ts'
import { json } from '../script.ts'
import type { Script } from '../script.ts'
import { content, contentRequest } from './content-request.ts'
import { geminiDialect } from './dialect.ts'
import { inCamelCase } from './field-names.ts'
import { contentsOf, countContents } from './prompt.ts'

const countRequest = z.looseObject({ contents: z.optional(z.array(content)), generateContentRequest: z.optional(contentRequest) })

/** How many tokens some contents are, or a whole request for content. */
export function countScript(body: string): Script {
  const parsed = countRequest.safeParse(inCamelCase(parseJson(body)))
  const { contents, generateContentRequest: whole } = parsed.data ?? {}
  if (contents === undefined && whole === undefined) {
    const complaint = { ...complaintFor(400, ''), message: '* CountTokensRequest.contents: contents is not specified\n', code: null }
    return geminiDialect('', false).refuse(complaint)
  }
  const promptTokensDetails = countContents(contents ?? (whole === undefined ? [] : contentsOf(whole)))
  const totalTokens = promptTokensDetails.reduce((sum, { tokenCount }) => sum + tokenCount, 0)
  return json(200, { totalTokens, promptTokensDetails })
}
