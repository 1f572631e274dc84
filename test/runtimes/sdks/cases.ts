import { describe } from 'vitest'
import { testAbort } from './cases/abort.ts'
import { testErrors } from './cases/errors.ts'
import { testImages } from './cases/images.ts'
import { testSchema } from './cases/schema.ts'
import { testText } from './cases/text.ts'
import { testThinking } from './cases/thinking.ts'
import { testTools } from './cases/tools.ts'
import type { Encounter } from './encounter.ts'

/** What every client must get of every vendor. */
export function testEncounter(encounter: Encounter): void {
  describe(`${encounter.client.name} and ${encounter.vendor.name}`, () => {
    testText(encounter)
    testTools(encounter)
    testImages(encounter)
    testSchema(encounter)
    testThinking(encounter)
    testErrors(encounter)
    testAbort(encounter)
    encounter.client.testOwn?.(encounter)
  })
}
