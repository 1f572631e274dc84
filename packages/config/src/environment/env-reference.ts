/** Stands for the value of an environment variable; in JSON and YAML it is written out: `{ "env": "NAME", "default": "…" }`. */
export interface EnvReference {
  readonly env: string
  /** Counts where the variable is unset or empty. */
  readonly default?: string | number | boolean
}

/** Refers to an environment variable: `apiKey: env('OPENAI_API_KEY')`. It is read when the settings are made, and never shown. */
export function env(name: string, fallback?: string | number | boolean): EnvReference {
  return fallback === undefined ? { env: name } : { env: name, default: fallback }
}

/** Variables by name: `process.env`, or a copy of a Worker's bindings, of which only texts, numbers and booleans are read. */
export interface Environment {
  readonly [name: string]: unknown
}

/** Null where the variable is unset, empty or blank; without blanks around it, which a key file often has at its end. */
export function readVariable(environment: Environment, name: string): string | null {
  const value = environment[name]
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const text = typeof value === 'string' ? value.trim() : ''
  return text === '' ? null : text
}
