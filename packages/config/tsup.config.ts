import { library } from '../../tsup.base.ts'

export default library({ index: 'src/index.ts', file: 'src/file/index.ts' })
