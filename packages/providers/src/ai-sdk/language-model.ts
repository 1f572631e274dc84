/**
 * What the bridge needs of a model of the AI SDK: `LanguageModelV2`, `V3` and `V4` of `@ai-sdk/provider` all fit, so nobody has to
 * install a certain version of it. https://ai-sdk.dev/providers/community-providers/custom-providers
 */
export interface LanguageModel {
  /** `v2`, `v3`, `v4`. */
  readonly specificationVersion: string
  readonly modelId: string
  doGenerate(options: object): PromiseLike<object>
  doStream(options: object): PromiseLike<{ readonly stream: ReadableStream<object> }>
}

/** The models of a provider, by the names under which clients ask for them. */
export type LanguageModels = Readonly<Record<string, LanguageModel>>
