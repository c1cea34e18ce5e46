/**
 * A value that several users share, each through its own handle. It is closed with the last handle. So a descriptor is
 * not closed while it is used, and not used once it is closed, when its number may be another file's. Go's `os.Root`
 * counts its operations in the same way.
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

  /** The first handle; `close` is called once, when no handle is left. */
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

  /** Returns the result of closing the value, if this was the last handle. */
  close(): R | undefined {
    if (!this.#isOpen) return undefined
    this.#isOpen = false
    return --this.#shared.users === 0 ? this.#shared.close(this.#shared.value) : undefined
  }

  #check(): void {
    if (!this.#isOpen) fail("EBADF")
  }
}
