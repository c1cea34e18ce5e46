/**
 * A value that several users share, each with a handle of its own. The value is closed together with the last handle.
 * So a descriptor is never closed while somebody uses it, and never used after it was closed, when its number may
 * already belong to another file. Go's `os.Root` counts its operations in the same way.
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

  /** For calls that do not wait; those that do must `retain` it. Throws EBADF if this handle is closed. */
  get value(): A {
    this.#check()
    return this.#shared.value
  }

  /** Another handle, to be closed by its user. Throws EBADF if this handle is closed. */
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
