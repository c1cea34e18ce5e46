/** Opens directories. Their entries are read at once. */
import * as jobs from "./jobs.js"
import { type Backend, perform } from "./perform.js"
import { pathOf } from "./texts.js"

class Directory<Entry> {
  readonly path: string
  readonly #entries: Iterator<Entry>
  #isOpen = true

  constructor(path: string, entries: Iterable<Entry>) {
    this.path = path
    this.#entries = entries[Symbol.iterator]()
  }

  async read(): Promise<Entry | null> {
    this.#checkOpen()
    const next = this.#entries.next()
    return next.done === true ? null : next.value
  }

  async close(): Promise<void> {
    this.#checkOpen()
    this.#isOpen = false
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOpen = false
  }

  #checkOpen(): void {
    if (!this.#isOpen) throw Object.assign(new Error("Directory handle was closed"), { code: "ERR_DIR_CLOSED" })
  }

  /** Closes it at the end. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Entry, void> {
    try {
      for (let entry = await this.read(); entry !== null; entry = await this.read()) yield entry
    } finally {
      await this.close()
    }
  }
}

/** @internal */
export const opendir =
  <F>(backend: Backend<F>) => async (directory: string | Uint8Array | URL, options?: jobs.ListOptions) => {
    const entries = await perform(backend, () => jobs.opendir(backend.fileSystem, directory, options))
    return new Directory(pathOf(directory), entries)
  }
