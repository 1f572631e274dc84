import * as z from 'zod/mini'

/** A piece of a content, as far as the server acts on it. */
export interface Part {
  readonly text?: string | undefined
  readonly thought?: boolean | undefined
  readonly thoughtSignature?: string | undefined
  readonly functionCall?: { readonly name: string } | undefined
  readonly functionResponse?: { readonly name: string } | undefined
  readonly inlineData?: { readonly mimeType?: string | undefined } | undefined
  readonly fileData?: { readonly mimeType?: string | undefined } | undefined
}

export interface Content {
  readonly role?: string | undefined
  readonly parts?: readonly Part[] | undefined
}

export interface FunctionDeclaration {
  readonly name: string
  readonly parameters?: unknown
  readonly parametersJsonSchema?: unknown
}

export interface GenerationConfig {
  readonly candidateCount?: number | undefined
  readonly maxOutputTokens?: number | undefined
  readonly stopSequences?: readonly string[] | undefined
  readonly responseMimeType?: string | undefined
  readonly responseSchema?: unknown
  readonly responseJsonSchema?: unknown
  readonly thinkingConfig?:
    | {
        readonly includeThoughts?: boolean | undefined
        readonly thinkingBudget?: number | undefined
        readonly thinkingLevel?: string | undefined
      }
    | undefined
}

/** The fields of a request for content that a simulated server acts on. */
export interface ContentRequest {
  readonly contents: readonly Content[]
  readonly systemInstruction?: Content | undefined
  readonly tools?: readonly { readonly functionDeclarations?: readonly FunctionDeclaration[] | undefined }[] | undefined
  readonly toolConfig?:
    | {
        readonly functionCallingConfig?:
          | { readonly mode?: string | undefined; readonly allowedFunctionNames?: readonly string[] | undefined }
          | undefined
      }
    | undefined
  readonly generationConfig?: GenerationConfig | undefined
  readonly x_simulate?: unknown
}

const named = z.optional(z.looseObject({ name: z.string() }))
const blob = z.optional(z.looseObject({ mimeType: z.optional(z.string()) }))

const part = z.looseObject({
  text: z.optional(z.string()),
  thought: z.optional(z.boolean()),
  thoughtSignature: z.optional(z.string()),
  functionCall: named,
  functionResponse: named,
  inlineData: blob,
  fileData: blob,
})

/** One content. */
export const content: z.ZodMiniType<Content> = z.looseObject({ role: z.optional(z.string()), parts: z.optional(z.array(part)) })

const declaration = z.looseObject({
  name: z.string(),
  parameters: z.optional(z.unknown()),
  parametersJsonSchema: z.optional(z.unknown()),
})

const generationConfig = z.looseObject({
  candidateCount: z.optional(z.int()),
  maxOutputTokens: z.optional(z.int()),
  stopSequences: z.optional(z.array(z.string())),
  responseMimeType: z.optional(z.string()),
  responseSchema: z.optional(z.unknown()),
  responseJsonSchema: z.optional(z.unknown()),
  thinkingConfig: z.optional(
    z.looseObject({
      includeThoughts: z.optional(z.boolean()),
      thinkingBudget: z.optional(z.int()),
      thinkingLevel: z.optional(z.string()),
    }),
  ),
})

/** A request for content, its names in camel case. */
export const contentRequest: z.ZodMiniType<ContentRequest> = z.looseObject({
  contents: z.array(content),
  systemInstruction: z.optional(content),
  tools: z.optional(z.array(z.looseObject({ functionDeclarations: z.optional(z.array(declaration)) }))),
  toolConfig: z.optional(
    z.looseObject({
      functionCallingConfig: z.optional(
        z.looseObject({ mode: z.optional(z.string()), allowedFunctionNames: z.optional(z.array(z.string())) }),
      ),
    }),
  ),
  generationConfig: z.optional(generationConfig),
  x_simulate: z.optional(z.unknown()),
})

/** The declared functions of all tools. */
export function functionsOf(request: ContentRequest): readonly FunctionDeclaration[] {
  return (request.tools ?? []).flatMap((tool) => tool.functionDeclarations ?? [])
}

/** Whether a content brings what functions answered. */
export function isFunctionAnswer(entry: Content | undefined): boolean {
  return (entry?.parts ?? []).some((piece) => piece.functionResponse !== undefined)
}
