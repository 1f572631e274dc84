import type { ChatRequest, JsonObject, ResponseFormat, Tool, ToolChoice, Written } from '@gateway/core'
import { createLosses, type Losses } from './losses.ts'
import { writePrompt } from './prompt.ts'

/** `{ model, isStreaming, options }`: the options as the model's version of the specification has them, but for URLs, which JSON has not. */
export function writeCall(request: ChatRequest, version: string): Written<JsonObject> {
  const losses = createLosses()
  reportDropped(request, losses)
  const options = compact({
    prompt: writePrompt(request.messages, { version, losses }),
    maxOutputTokens: request.maxOutputTokens,
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    presencePenalty: request.presencePenalty,
    frequencyPenalty: request.frequencyPenalty,
    stopSequences: request.stop,
    seed: request.seed,
    responseFormat: writeResponseFormat(request.responseFormat),
    tools: request.tools?.flatMap((tool) => writeTool(tool, losses)),
    toolChoice: writeToolChoice(request.toolChoice, losses),
    reasoning: writeReasoning(request, version, losses),
  })
  return { value: { model: request.model, isStreaming: request.isStreaming, options }, warnings: losses.warnings() }
}

function reportDropped(request: ChatRequest, losses: Losses): void {
  const unsaid = {
    parallel_tool_calls: request.parallelToolCalls === false,
    n: (request.choiceCount ?? 1) > 1,
    logprobs: request.logprobs !== undefined,
    logit_bias: request.logitBias !== undefined,
    user: request.user !== undefined,
    metadata: request.metadata !== undefined,
    'reasoning.budget_tokens': request.reasoning?.budgetTokens !== undefined,
  }
  for (const [field, isSaid] of Object.entries(unsaid)) if (isSaid) losses.drop(field)
  for (const field of Object.keys(request.extensions?.fields ?? {})) losses.drop(field)
}

function writeResponseFormat(format: ResponseFormat | undefined): JsonObject | undefined {
  if (format === undefined || format.type === 'text') return undefined
  if (format.type === 'json') return { type: 'json' }
  return compact({ type: 'json', name: format.name, description: format.description, schema: format.schema })
}

function writeTool(tool: Tool, losses: Losses): readonly JsonObject[] {
  if (tool.type === 'opaque') {
    losses.drop('tools')
    return []
  }
  const { name, description, strict } = tool
  losses.dropExtras(tool.extras)
  return [compact({ type: 'function', name, description, inputSchema: tool.parameters ?? { type: 'object', properties: {} }, strict })]
}

function writeToolChoice(choice: ToolChoice | undefined, losses: Losses): JsonObject | undefined {
  if (choice === undefined) return undefined
  if (choice.type === 'function') return { type: 'tool', toolName: choice.name }
  if (choice.type !== 'opaque') return { type: choice.type }
  losses.drop('tool_choice')
  return undefined
}

const EFFORTS: ReadonlySet<string> = new Set(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])

/** Older versions of the specification leave it to each vendor's options. */
function writeReasoning({ reasoning }: ChatRequest, version: string, losses: Losses): string | undefined {
  const effort = reasoning?.effort
  if (effort === undefined) return undefined
  if (version !== 'v2' && version !== 'v3' && EFFORTS.has(effort)) return effort
  losses.drop('reasoning_effort')
  return undefined
}

/** Without the fields that nobody set. */
function compact(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
