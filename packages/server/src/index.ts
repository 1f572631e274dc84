export { createInFlight, type InFlight } from './in-flight.ts'
export { createLog, logRequest, type Log, type LogFields, type LogLevel, type LogOptions } from './log.ts'
export { DEFAULT_SERVER_SETTINGS, type ServerEnv, type ServerParts, type ServerSettings } from './server-parts.ts'
export { createServer, type Server } from './server.ts'
