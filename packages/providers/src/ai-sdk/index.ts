export { aiSdkProvider } from './ai-sdk-provider.ts'
export type { AiSdkSettings } from './ai-sdk-provider.ts'
export type { LanguageModel } from './language-model.ts'
