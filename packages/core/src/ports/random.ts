/** A number from 0 (inclusive) to 1 (exclusive): chance, passed in, so that tests own it. */
export type Random = () => number
