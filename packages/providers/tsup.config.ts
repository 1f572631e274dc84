import { library } from '../../tsup.base.ts'

export default library({ index: 'src/index.ts', 'ai-sdk': 'src/ai-sdk/index.ts' })
