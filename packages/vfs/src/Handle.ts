/**
 * What several users share, each with a handle of its own: the value closes with the last of them. So a root or a file that
 * was closed is never used again under a number that the kernel has given to another file, and one that is in use is not
 * closed. Go's `os.Root` counts its operations in the same way.
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
  /** For calls that are made at once: whatever waits must retain it. Throws an `Errno` with EBADF when it is closed. */
  readonly value: A
  /** Another handle, which its user has to close. Throws an `Errno` with EBADF when this one is closed. */
  readonly retain: () => Handle<A, R>
  /** What closing the value gave, if this was the last handle. */
  readonly close: () => R | undefined
}

/**
 * The first handle; `close` is called once, when no handle is left.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: <A, R>(value: A, close: (value: A) => R) => Handle<A, R> = internal.Handle.make
