import type { Api, Identity } from '../api.ts'

export function createGemini(_identity: Identity): Api {
  throw new Error('not there yet')
}
