/** A text that a model's package should have given; empty where it is none. */
export function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
