export { createServer, DEFAULT_SERVER_SETTINGS, type ServerEnv, type ServerParts, type ServerSettings } from './server.ts'
