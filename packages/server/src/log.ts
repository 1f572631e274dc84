import { totalTokens, type UsageRecord } from '@gateway/core'

/** `silent` lets nothing through. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** Structured lines about what happens; never a prompt, an answer or a key. */
export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

export interface LogFields {
  readonly [name: string]: string | number | boolean | null
}

export interface LogOptions {
  readonly level: LogLevel
  /** JSON for machines, or short lines for a terminal. */
  readonly format: 'json' | 'text'
  /** Gets one line without its end. */
  readonly write: (line: string) => void
  /** Milliseconds since 1970. */
  readonly epochMs: () => number
}

const RANK = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 } as const satisfies Record<LogLevel, number>

export function createLog({ level, format, write, epochMs }: LogOptions): Log {
  const at =
    (lineLevel: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (RANK[lineLevel] < RANK[level]) return
      const time = new Date(epochMs()).toISOString()
      write(format === 'json' ? toJson({ time, level: lineLevel, message, ...fields }) : toText(time, message, fields))
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** One line for each request. */
export function logRequest(log: Log, record: UsageRecord): void {
  const write = record.status === 'failed' || record.status === 'timeout' ? log.warn : log.info
  write('request', {
    request_id: record.requestId,
    status: record.status,
    requested_model: record.requestedModel,
    model: record.model,
    provider: record.provider,
    attempts: record.attempts,
    stream: record.isStreaming,
    latency_ms: record.latencyMs,
    first_token_ms: record.firstTokenMs,
    total_tokens: totalTokens(record.usage),
    cost_usd: record.costNanoUsd === null ? null : record.costNanoUsd / 1e9,
    error: record.errorMessage,
    warnings: record.warnings.length === 0 ? null : record.warnings.join(', '),
  })
}

function toJson(fields: LogFields): string {
  return escapeControls(JSON.stringify(fields))
}

/** Everything that a client could have written is quoted, so that it can forge no line. */
function toText(time: string, message: string, fields: LogFields): string {
  const shown = Object.entries(fields).filter(([, value]) => value !== null)
  return [time.slice(11, 19), message, ...shown.map(([name, value]) => `${name}=${toValue(value)}`)].join(' ')
}

function toValue(value: string | number | boolean | null): string {
  return typeof value === 'string' && !/^[\w.:/@-]*$/.test(value) ? escapeControls(JSON.stringify(value)) : String(value)
}

/** JSON leaves DEL, C1 controls and the line separators as they are; a terminal would obey them, and some readers would see two lines. */
function escapeControls(text: string): string {
  return text.replace(/[\u007f-\u009f\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
