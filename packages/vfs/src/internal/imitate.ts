/** Creates errors without running the slow constructors of their classes. */

/** What the engine adds to every error: its stack and, in JavaScriptCore, also the place where it was created. */
const addedByEngine: ReadonlySet<PropertyKey> = new Set(Reflect.ownKeys(new Error()))

const keysOf = (value: object): ReadonlyArray<PropertyKey> =>
  Reflect.ownKeys(value).filter((key) => !addedByEngine.has(key))

const isSameValue = (a: unknown, b: unknown, depth: number): boolean =>
  a === b || (depth > 0 && typeof a === "object" && typeof b === "object" && a !== null && b !== null &&
    isAlike(a, b, depth - 1))

/** Whether both have the same prototype and properties in the same order, apart from those that the engine adds. */
const isAlike = (a: object, b: object, depth: number): boolean => {
  const keys = keysOf(a)
  const others = keysOf(b)
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b) || keys.length !== others.length) return false
  return keys.every((key, i) => {
    const [one, other] = [Object.getOwnPropertyDescriptor(a, key), Object.getOwnPropertyDescriptor(b, key)]
    return key === others[i] && one?.enumerable === other?.enumerable && one?.writable === other?.writable &&
      one?.configurable === other?.configurable && isSameValue(one?.value, other?.value, depth)
  })
}

/** Deep enough to compare objects in properties, and an error inside an error. */
const DEPTH = 3

/** @internal */
export const imitating = <A, E extends object>(
  construct: (fields: A) => E,
  imitate: (fields: A) => E,
  sample: A
): (fields: A) => E => {
  let make: ((fields: A) => E) | undefined
  return (fields) => {
    make ??= isAlike(construct(sample), imitate(sample), DEPTH) ? imitate : construct
    return make(fields)
  }
}
