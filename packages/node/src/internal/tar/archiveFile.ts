/** The file of an archive, whose server may fail or never answer. */
import { close, constants, fstat, open as openNode, type Stats } from "node:fs"
import * as Program from "@procfsroot/vfs/Program"
import { toErrno } from "../fileSystem/errno.js"
import { readOnPool } from "../fileSystem/reading.js"
import { toNode } from "../pathBytes.js"
import { fromError } from "../unavailable.js"

/** Opening a fifo must not wait for a writer. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY

/**
 * Closes a file on the thread pool, since its server may not answer. An error does not matter, since nothing was
 * written. Without a callback, Node would throw it outside of any function.
 */
const closeUnwritten = (fd: number): void => close(fd, () => {})

/**
 * A file that is being opened and indexed. Its calls can be cancelled. A cancelled call goes on, and the file is closed
 * after it: if it was closed before, another file could get the number of the descriptor, and be read instead.
 *
 * @internal
 */
export class ArchiveFile {
  readonly fd: number
  #isCalled = false
  #isClosed = false

  constructor(fd: number) {
    this.fd = fd
  }

  stat(): Program.Call<Stats> {
    return this.#call((done) => fstat(this.fd, done))
  }

  read(buffer: Uint8Array, length: number, position: number): Program.Call<number> {
    return this.#call((done) => readOnPool(this.fd, buffer, length, position, done))
  }

  close(): void {
    this.#isClosed = true
    if (!this.#isCalled) closeUnwritten(this.fd)
  }

  #call<A>(begin: (done: (error: NodeJS.ErrnoException | null, value: A) => void) => void): Program.Call<A> {
    return Program.call((done) => {
      this.#isCalled = true
      begin((error, value) => {
        this.#isCalled = false
        if (this.#isClosed) closeUnwritten(this.fd)
        else done(error === null ? { value } : { error: toErrno(error) })
      })
      return () => {}
    })
  }
}

/** @internal */
export const openFile = (path: string): Program.Call<ArchiveFile> =>
  Program.call((done) => {
    let isWanted = true
    openNode(toNode(path), flags, (error, fd) => {
      if (error !== null) done({ error: fromError(error) })
      else if (isWanted) done({ value: new ArchiveFile(fd) })
      else closeUnwritten(fd)
    })
    return () => {
      isWanted = false
    }
  })
