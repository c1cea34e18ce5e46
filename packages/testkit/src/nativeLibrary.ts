/** A library for native calls, each of which does nothing and returns 0. */

type NativeFunction = (...args: ReadonlyArray<unknown>) => number

/** `declare` makes the functions, so that a test can see their arguments. */
export const nativeLibrary = (declare: (name: string) => NativeFunction = () => () => 0) => ({
  declare,
  declareLong: () => () => 0,
  errno: () => 0,
  passesBytes: false,
  long: Number,
  allocate: (length: number) => ({ pointer: 0, bytes: new ArrayBuffer(length) }),
  addressOf: () => 0n
})
