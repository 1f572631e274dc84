export { freePort, spawnGateway } from './gateway.ts'
export type { GatewayCommand, GatewayProcess } from './gateway.ts'
export { startChild } from './child.ts'
export type { Child, ChildOptions } from './child.ts'
