/** What is used of koffi, of which neither types nor scripts are installed: only its binary for this machine. */

/** @internal */
export interface NativeFunction {
  (...args: ReadonlyArray<unknown>): number
  readonly async: (...args: ReadonlyArray<unknown>) => void
}

/** @internal */
export interface Koffi {
  /** The C library, if `path` is null. */
  readonly load: (path: null) => { readonly func: (prototype: string) => NativeFunction }
  /** Of the last call. */
  readonly errno: () => number
  readonly address: (memory: unknown) => bigint
  readonly alloc: (type: string, length: number) => unknown
  readonly view: (memory: unknown, length: number) => ArrayBuffer
  readonly sizeof: (type: string) => number
}
