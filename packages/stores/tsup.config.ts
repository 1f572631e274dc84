import { library } from '../../tsup.base.ts'

export default library({ memory: 'src/memory/index.ts', sql: 'src/sql/index.ts' })
