/**
 * A value that several users share, each with a handle of its own. The value is closed together with the last handle.
 * So a descriptor is never closed while somebody uses it, and never used after it was closed, when its number may
 * already belong to another file. Go's `os.Root` counts its operations in the same way.
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
   * The value, for the rest of an operation that has retained it: this handle may be closed meanwhile. Throws an
   * `Errno` with EBADF if nobody holds the value any more.
   */
  readonly held: A
  /** Returns another handle, which has to be closed as well. Throws an `Errno` with EBADF if this handle is closed. */
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
