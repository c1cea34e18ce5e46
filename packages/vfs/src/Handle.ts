/**
 * A value that several users share, each through its own handle. It is closed with the last handle. So a descriptor is
 * not closed while it is used, and not used once it is closed, when its number may be another file's. Go's `os.Root`
 * counts its operations in the same way.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/handle.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Handle<out A, out R = void> {
  readonly isOpen: boolean
  /** For calls that do not wait; those that do must `retain` it. Throws an `Errno` with EBADF if it is closed. */
  readonly value: A
  /** Another handle, to be closed by its user. Throws an `Errno` with EBADF if this one is closed. */
  readonly retain: () => Handle<A, R>
  /** Returns the result of closing the value, if this was the last handle. */
  readonly close: () => R | undefined
}

/**
 * The first handle; `close` is called once, when no handle is left.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: <A, R>(value: A, close: (value: A) => R) => Handle<A, R> = internal.Handle.make
