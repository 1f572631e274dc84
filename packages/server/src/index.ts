export { createInFlight, type InFlight } from './in-flight.ts'
export { createLog, logRequest, type Log, type LogFields, type LogLevel, type LogOptions } from './log.ts'
export { createServer, DEFAULT_SERVER_SETTINGS, type Server, type ServerEnv, type ServerParts, type ServerSettings } from './server.ts'
