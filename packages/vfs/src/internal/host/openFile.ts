/** The state of a file that another file system has opened: its position, and whether it is open. */
import type { OpenFile as Model } from "../../HostFileSystem.js"
import { checkLength, checkPosition, checkReadSize } from "../arguments.js"
import { failIn } from "../errno.js"
import type { Flag } from "../../FileSystem.js"
import { flagsOf } from "../openFlags.js"

/** @internal */
export class OpenFile implements Model {
  readonly #append: boolean
  #isOpen = true
  #position = 0n

  constructor(flag: Flag) {
    this.#append = flagsOf(flag).append
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  close(): void {
    this.#isOpen = false
  }

  sought(position: unknown): void {
    this.#position = typeof position === "bigint" ? position : 0n
  }

  stat(): void {
    this.#checkOpen("fstat")
  }

  sync(): void {
    this.#checkOpen("fsync")
  }

  read(position = this.#position): void {
    checkPosition(position)
    this.#checkOpen("read")
  }

  readAlloc(size: number, position?: bigint): void {
    checkReadSize(size)
    this.read(position)
  }

  truncate(length: number): void {
    checkLength(length)
    this.#checkOpen("ftruncate")
  }

  write(): void {
    if (!this.#append) checkPosition(this.#position)
    this.#checkOpen("write")
  }

  /** Fails if the file is closed, because its descriptor can already belong to another file. */
  #checkOpen(syscall: string): void {
    if (!this.#isOpen) failIn(syscall, [], "EBADF")
  }
}
