/** Sorts names with one character for each byte, in a third of the time that comparing them takes. */

/** For fewer, it is not worth the time that V8 takes to compile this. */
const FEW = 256

/** How many bits of a key are an index. The five characters before it take the other 40 of its 64 bits. */
const INDEX_BITS = 24
const INDEX = 2 ** INDEX_BITS - 1

const commonLength = (names: ReadonlyArray<string>): number => {
  const [first = ""] = names
  let length = first.length
  for (const name of names) {
    let at = 0
    while (at < length && name.charCodeAt(at) === first.charCodeAt(at)) at++
    length = at
  }
  return length
}

const codeAt = (name: string, at: number): number => at < name.length ? name.charCodeAt(at) : 0

/**
 * Numbers of 64 bits, each in two halves, of which the lower one comes first: all architectures with native calls are
 * little-endian. V8 sorts such numbers without calling back to JavaScript.
 */
const keysOf = (names: ReadonlyArray<string>): Uint32Array => {
  const at = commonLength(names)
  const keys = new BigUint64Array(names.length)
  const halves = new Uint32Array(keys.buffer)
  names.forEach((name, i) => {
    halves[2 * i] = codeAt(name, at + 4) << INDEX_BITS | i
    halves[2 * i + 1] = codeAt(name, at) << 24 | codeAt(name, at + 1) << 16 | codeAt(name, at + 2) << 8 |
      codeAt(name, at + 3)
  })
  keys.sort()
  return halves
}

/**
 * The indexes of the names, in the order of the names.
 *
 * @internal
 */
export const orderByBytes = (names: ReadonlyArray<string>): Uint32Array => {
  const compared = (indexes: Uint32Array) => indexes.toSorted((i, j) => (names[i] ?? "") < (names[j] ?? "") ? -1 : 1)
  if (names.length < FEW || names.length > INDEX) return compared(Uint32Array.from(names.keys()))
  const keys = keysOf(names)
  const isAlike = (i: number, j: number): boolean =>
    keys[2 * i + 1] === keys[2 * j + 1] && (keys[2 * i] ?? 0) >>> INDEX_BITS === (keys[2 * j] ?? 0) >>> INDEX_BITS
  const order = new Uint32Array(names.length).map((_, i) => (keys[2 * i] ?? 0) & INDEX)
  for (let from = 0, to = 1; from < names.length; from = to++) {
    while (to < names.length && isAlike(from, to)) to++
    if (to - from > 1) order.set(compared(order.subarray(from, to)), from)
  }
  return order
}
