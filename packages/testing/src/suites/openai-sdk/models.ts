import { NotFoundError } from 'openai'
import { describe, expect, it } from 'vitest'
import type { Subject } from './subject.ts'

/** The catalogue. */
export function testModels(subject: Subject): void {
  describe('models', () => {
    it('lists the models that its providers have, each once', async () => {
      const models = await Array.fromAsync(subject.client().models.list())
      const ids = models.map((model) => model.id)
      expect(ids).toContain(subject.model)
      expect(new Set(ids).size).toBe(ids.length)
      expect(models.every((model) => model.object === 'model' && Number.isInteger(model.created) && model.owned_by !== '')).toBe(true)
    })

    it('retrieves one of them', async () => {
      expect(await subject.client().models.retrieve(subject.model)).toMatchObject({ id: subject.model, object: 'model' })
    })

    it('answers NotFoundError for one that nobody has', async () => {
      const failure = await subject
        .client()
        .models.retrieve('no-such-model')
        .catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(NotFoundError)
      expect(failure).toMatchObject({ status: 404, code: 'model_not_found' })
    })
  })
}
