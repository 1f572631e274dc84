import { library } from '../../tsup.base.ts'

export default library({ index: 'src/index.ts', tokens: 'src/tokens/estimated.ts', 'exact-tokens': 'src/tokens/exact.ts' })
