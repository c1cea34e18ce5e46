/** What the native calls need of a library that calls C functions. `providers/` has one for each such library. */

/**
 * The type of a parameter: an `int`, signed or not; a 64-bit number, which is passed as `long` gives it; a text, which is
 * passed as UTF-8; the address of memory.
 *
 * @internal
 */
export type Parameter = "int" | "long" | "text" | "memory"

/** Memory that keeps its address and is never freed. */
interface Memory {
  /** What a call is passed. */
  readonly pointer: unknown
  readonly bytes: ArrayBuffer
}

/** @internal */
export type NativeFunction = (...args: ReadonlyArray<unknown>) => number

/** @internal */
export interface Library {
  /** A function of libc whose result fits an `int`. Throws if libc does not have it. */
  readonly declare: (name: string, ...parameters: ReadonlyArray<Parameter>) => NativeFunction
  /** As `declare`, on the thread pool. A call that cannot be made has the result -1. */
  readonly declareAsync?: (
    name: string,
    ...parameters: ReadonlyArray<Parameter>
  ) => (done: (result: number) => void, ...args: ReadonlyArray<unknown>) => void
  /** Of the last call, if it has failed. Nothing may be done in between: Node's own system calls change it too. */
  readonly errno: () => number
  /** A `long`, `size_t` or `off_t` as a call is passed it. */
  readonly long: (value: number) => unknown
  /** Memory full of zeros. */
  readonly allocate: (length: number) => Memory
  /** `undefined` if an address does not have 64 bits. */
  readonly addressOf: (memory: Memory) => bigint | undefined
}
