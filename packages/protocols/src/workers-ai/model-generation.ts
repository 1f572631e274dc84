/**
 * Whether a model is of those that Workers AI has run since before it took over OpenAI's chat: they know fewer fields, and
 * answer `{ response }`. Newer ones take a chat as OpenAI has it and answer so; so will those that nobody knows yet.
 * Source: the types of `env.AI.run` in @cloudflare/workers-types.
 */
export function isFirstGeneration(model: string): boolean {
  return FIRST_GENERATION.some((family) => model.includes(family))
}

const FIRST_GENERATION: readonly string[] = [
  'llama',
  'mistral',
  'zephyr',
  'openhermes',
  'hermes-2',
  'neural-chat',
  'deepseek-coder',
  'deepseek-math',
  'deepseek-r1',
  'sqlcoder',
  'openchat',
  'falcon',
  'discolm',
  'qwen1.5',
  'qwen2.5',
  'qwq',
  'qwen3-30b',
  'tinyllama',
  'phi-2',
  'starling',
  'gemma-2b',
  'gemma-3-',
  'gemma-7b',
  'gemma-sea-lion',
  'cybertron',
  'granite-4.0',
]
