/** Lists directories: names, names with their types, and open directories. */
import type { DirectoryEntry } from "@procfsroot/vfs/InodeOperations"
import { type Backend, run } from "./perform.js"
import { Dirent } from "./stats.js"
import { type Encoded, encodingOf, nameIn, pathOf } from "./texts.js"

type PathLike = string | Uint8Array | URL

interface ListOptions extends Encoded {
  readonly recursive?: boolean | undefined
  readonly withFileTypes?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

const below = (directory: string, name: string): string =>
  directory.endsWith("/") ? directory + name : `${directory}/${name}`

/** The name of an entry further down contains the directories before it. */
const direntOf = (directory: string, { name, type }: DirectoryEntry, encoding: string | undefined) => {
  const slash = name.lastIndexOf("/")
  const parent = slash === -1 ? directory : below(directory, name.slice(0, slash))
  return new Dirent(nameIn(name.slice(slash + 1), encoding), parent, type)
}

/** @internal */
export const readdir =
  <F>(backend: Backend<F>) => async (directory: PathLike, options?: ListOptions | string | null) => {
    const path = pathOf(directory)
    const encoding = encodingOf(options)
    const { recursive = false, signal, withFileTypes = false } = typeof options === "object" ? options ?? {} : {}
    const { fileSystem: fs } = backend
    if (!withFileTypes) {
      const found = await run(backend, "readdir", "scandir", [path], () => fs.readDirectory(path, recursive), signal)
      return found.map((name) => nameIn(name, encoding))
    }
    const entries = await run(
      backend,
      "readdir",
      "scandir",
      [path],
      () => fs.readDirectoryEntries(path, recursive),
      signal
    )
    return entries.map((entry) => direntOf(path, entry, encoding))
  }

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
export const opendir = <F>(backend: Backend<F>) => async (directory: PathLike, options?: ListOptions) => {
  const path = pathOf(directory)
  const encoding = encodingOf(options)
  const { recursive = false } = options ?? {}
  const { fileSystem: fs } = backend
  const entries = await run(backend, "opendir", "opendir", [path], () => fs.readDirectoryEntries(path, recursive))
  return new Directory(path, entries.map((entry) => direntOf(path, entry, encoding)))
}
