/**
 * What several users share: each has a handle of its own, and the value closes with the last of them. So a root or a file
 * that was closed is never used again under a number that the kernel has given to another file, and one that is in use is
 * not closed. Go's `os.Root` counts its operations in the same way.
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

  /** For calls that are made at once: whatever waits must retain it. Throws EBADF when this handle is closed. */
  get value(): A {
    this.#check()
    return this.#shared.value
  }

  /** Another handle, which its user has to close. Throws EBADF when this handle is closed. */
  retain(): Handle<A, R> {
    this.#check()
    return new Handle(this.#shared)
  }

  /** What closing the value gave, if this was the last handle. */
  close(): R | undefined {
    if (!this.#isOpen) return undefined
    this.#isOpen = false
    return --this.#shared.users === 0 ? this.#shared.close(this.#shared.value) : undefined
  }

  #check(): void {
    if (!this.#isOpen) fail("EBADF")
  }
}
