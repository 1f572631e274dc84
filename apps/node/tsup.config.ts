import { app } from '../../tsup.base.ts'

export default app({ main: 'src/main.ts' })
