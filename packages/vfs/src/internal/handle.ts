/**
 * A value that several users share. Each user has its own handle, and the value is closed when the last handle is
 * closed. So a descriptor is never closed while it is in use. It is also never used after it was closed, when its
 * number can already belong to another file. Go's `os.Root` counts its operations in the same way.
 */
import { fail } from "./errno.js"

interface Shared<A, R> {
  readonly value: A
  readonly close: (value: A) => R
  users: number
}

/** @internal */
export class Handle<A, R = void> {
  readonly #shared: Shared<A, R>
  #isOpen = true

  private constructor(shared: Shared<A, R>) {
    this.#shared = shared
    shared.users++
  }

  /** Creates the first handle of a value. `close` is called once, when the last handle is closed. */
  static make<A, R>(value: A, close: (value: A) => R): Handle<A, R> {
    return new Handle({ value, close, users: 0 })
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /**
   * The value, for calls that do not wait. Calls that wait must `retain` the handle. Throws EBADF if this handle is
   * closed.
   */
  get value(): A {
    this.#check()
    return this.#shared.value
  }

  /**
   * The value, for the rest of an operation that has retained it: this handle may be closed meanwhile. Throws EBADF if
   * nobody holds the value any more.
   */
  get held(): A {
    if (this.#shared.users === 0) fail("EBADF")
    return this.#shared.value
  }

  /** Returns another handle, which the caller has to close. Throws EBADF if this handle is closed. */
  retain(): Handle<A, R> {
    this.#check()
    return new Handle(this.#shared)
  }

  /** Closes the handle. If it was the last one, closes the value and returns the result. */
  close(): R | undefined {
    if (!this.#isOpen) return undefined
    this.#isOpen = false
    return --this.#shared.users === 0 ? this.#shared.close(this.#shared.value) : undefined
  }

  #check(): void {
    if (!this.#isOpen) fail("EBADF")
  }
}

/** @internal */
export const isHandle = (u: unknown): u is Handle<unknown, unknown> => u instanceof Handle
