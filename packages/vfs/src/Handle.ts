/**
 * A value that several users share. Each user has its own handle, and the value is closed when the last handle is
 * closed. So a descriptor is never closed while it is in use. It is also never used after it was closed, when its
 * number can already belong to another file. Go's `os.Root` counts its operations in the same way.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/handle.js"

/**
 * A handle of a shared value.
 *
 * @since 0.1.0
 * @category models
 */
export interface Handle<out A, out R = void> {
  readonly isOpen: boolean
  /**
   * The value, for synchronous use. To use it across a wait, call `retain` first. Throws an `Errno` with EBADF if the
   * handle is closed.
   */
  readonly value: A
  /**
   * The value, for the rest of an operation that has called `retain`. It can be used even if this handle was closed
   * meanwhile. Throws an `Errno` with EBADF if all handles are closed.
   */
  readonly held: A
  /**
   * Returns another handle. Close this handle as well. Throws an `Errno` with EBADF if the handle that it is called on
   * is closed.
   */
  readonly retain: () => Handle<A, R>
  /** Closes the handle. If it was the last one, closes the value and returns the result. */
  readonly close: () => R | undefined
}

/**
 * Creates the first handle of a value. `close` is called once, when the last handle is closed.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: <A, R>(value: A, close: (value: A) => R) => Handle<A, R> = internal.Handle.make

/**
 * Whether a value is a handle that this copy of the package has made. If two copies are loaded, neither knows the calls
 * and errors of the other.
 *
 * @since 0.1.0
 * @category guards
 */
export const isHandle: (u: unknown) => u is Handle<unknown, unknown> = internal.isHandle
