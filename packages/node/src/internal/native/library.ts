/**
 * What the native calls need from a library that calls C functions. `providers/` has an implementation
 * for each library.
 */

/**
 * The type of a parameter: an `int`, whose argument has a sign even if the parameter has none; a `long`, whose argument
 * is made by `Library.long`; a text, which is passed as UTF-8; or the address of memory.
 *
 * @internal
 */
export type Parameter = "int" | "long" | "text" | "memory"

/** Memory that keeps its address until the thread ends. */
interface Memory {
  /** The argument for a call. */
  readonly pointer: unknown
  readonly bytes: ArrayBuffer
}

/** @internal */
export type NativeFunction = (...args: ReadonlyArray<unknown>) => number

/**
 * Makes a number of a result of 64 bits, which most libraries return as a bigint.
 *
 * @internal
 */
export const asNumber = (call: (...args: ReadonlyArray<unknown>) => unknown): NativeFunction => (...args) =>
  Number(call(...args))

/** @internal */
export interface Library {
  /** A function of libc whose result fits in an `int`. Throws if libc does not have it. */
  readonly declare: (name: string, ...parameters: ReadonlyArray<Parameter>) => NativeFunction
  /** A function of libc whose result is a `long`, a size or an offset. Results above 2^53 are rounded. */
  readonly declareLong: (name: string, ...parameters: ReadonlyArray<Parameter>) => NativeFunction
  /** Like `declare`, but calls run on the thread pool. The result is -1 if the call cannot be made. */
  readonly declareAsync?: (
    name: string,
    ...parameters: ReadonlyArray<Parameter>
  ) => (done: (result: number) => void, ...args: ReadonlyArray<unknown>) => void
  /**
   * The errno of the last call, if it failed. Must be read directly after it: Node's own system calls change errno too.
   */
  readonly errno: () => number
  /** Whether a text may contain escaped bytes (`SurrogateEscape`). */
  readonly passesBytes: boolean
  /** Converts a number to the argument for a `long`, `size_t` or `off_t`. */
  readonly long: (value: number) => unknown
  /** Memory full of zeros. */
  readonly allocate: (length: number) => Memory
  /** `undefined` if an address does not have 64 bits. */
  readonly addressOf: (memory: Memory) => bigint | undefined
}

/**
 * Loads a library, or throws an `Error` with its name and the reason.
 *
 * @internal
 */
export const loaded = (name: string, load: () => Library): Library => {
  try {
    return load()
  } catch (error) {
    throw new Error(`${name} cannot be used: ${(error as Error).message}`, { cause: error }) // runtimes throw errors
  }
}

/**
 * Whether a text can be passed, which is the case if it contains no escaped bytes, or the library passes them.
 *
 * @internal
 */
export const canPass = ({ passesBytes = false }: Partial<Pick<Library, "passesBytes">>, text: string): boolean =>
  passesBytes || text.isWellFormed()
