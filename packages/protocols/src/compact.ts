/** The object without the members that are undefined: what `exactOptionalPropertyTypes` and JSON both want. */
export function compact<const T extends object>(object: T): Compact<T>
export function compact(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}

export type Compact<T> = {
  [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key]
} & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>
}
