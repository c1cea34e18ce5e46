/** Lists directories: names, names with their types, and open directories. */
import * as jobs from "./jobs.js"
import { type Backend, perform } from "./perform.js"

interface Abortable {
  readonly signal?: AbortSignal | undefined
}

/** @internal */
export const readdir = <F>(backend: Backend<F>) =>
async (
  directory: string | Uint8Array | URL,
  options?: jobs.ListOptions & Abortable | string | null
) => perform(backend, jobs.readdir(backend.fileSystem, directory, options), signalOf(options))

const signalOf = (options: Abortable | string | null | undefined): AbortSignal | undefined =>
  typeof options === "object" ? options?.signal : undefined

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
    const job = jobs.opendir(backend.fileSystem, directory, options)
    return new Directory(job.paths[0] ?? "", await perform(backend, job))
  }
