/** Counts the tokens of a text as a model would. May load its tables at the first call. */
export interface TokenCounter {
  count(text: string, model: string): Promise<TokenCount>
}

export interface TokenCount {
  readonly tokens: number
  /** `exact` where the model's own tokenizer is known. */
  readonly method: 'exact' | 'estimated'
}
