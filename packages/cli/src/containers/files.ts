/** Reads the files of runtimes. They can be missing, private, broken or malicious, and none of that is an error. */
import { constants } from "node:fs"
import { type FileHandle, open, opendir, readlink } from "node:fs/promises"
import { errnoOf } from "./errno.js"

/** The size of the largest file that is read, in bytes. */
const LONGEST = 1 << 20

/** How many names of a directory are read at most. */
export const MOST_ENTRIES = 100_000

const isRefusal = (error: unknown): boolean => ["EACCES", "EPERM"].includes(errnoOf(error))

const readAtMost = async (file: FileHandle): Promise<string | undefined> => {
  const stats = await file.stat()
  if (!stats.isFile() || stats.size > LONGEST) return undefined
  const bytes = Buffer.alloc(stats.size + 1)
  let length = 0
  for (;;) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, null)
    if (bytesRead === 0) return bytes.toString("utf8", 0, length)
    length += bytesRead
    // The file has grown since, so this is not all of it.
    if (length === bytes.length) return undefined
  }
}

/**
 * O_NONBLOCK, because opening a fifo would wait for its writer; O_NOFOLLOW, because a user could have made the last
 * component a link to a system file.
 */
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW | constants.O_NOCTTY

/** Reads files below one directory, which is `/` for this machine. Remembers whether access was denied. */
export class Files {
  readonly #root: string
  /** Whether reading was denied at least once. */
  refused = false

  constructor(root: string) {
    this.#root = root === "/" ? "" : root
  }

  /** Reads the same files, but remembers denied access separately. */
  fresh(): Files {
    return new Files(this.#root)
  }

  text(path: string): Promise<string | undefined> {
    return this.#attempt(async () => {
      await using file = await open(this.#root + path, flags)
      return await readAtMost(file)
    })
  }

  /** Returns `undefined` also if the file is not JSON. */
  async json(path: string): Promise<unknown> {
    const text = await this.text(path)
    if (text === undefined) return undefined
    try {
      return JSON.parse(text)
    } catch {
      return undefined
    }
  }

  link(path: string): Promise<string | undefined> {
    return this.#attempt(() => readlink(this.#root + path))
  }

  /** Whether there is a directory that can be read. */
  async exists(path: string): Promise<boolean> {
    return await this.#attempt(async () => {
      const directory = await open(this.#root + path, constants.O_RDONLY | constants.O_DIRECTORY)
      await directory.close()
      return true
    }) ?? false
  }

  /**
   * The path, if it can be that of a root. Many runtimes mount roots only in a mount namespace of their own. Here, the
   * directory is then missing or empty.
   */
  async root(path: string | undefined): Promise<string | undefined> {
    return path === undefined || await this.#isBare(path) ? undefined : path
  }

  async #isBare(path: string): Promise<boolean> {
    try {
      for await (const _ of await opendir(this.#root + path)) return false
      return true
    } catch (error) {
      return ["ENOENT", "ENOTDIR"].includes(errnoOf(error))
    }
  }

  async names(path: string): Promise<ReadonlyArray<string>> {
    return await this.#attempt(async () => {
      const names: Array<string> = []
      for await (const { name } of await opendir(this.#root + path)) {
        names.push(name)
        if (names.length === MOST_ENTRIES) break
      }
      return names
    }) ?? []
  }

  async #attempt<A>(read: () => Promise<A>): Promise<A | undefined> {
    try {
      return await read()
    } catch (error) {
      if (isRefusal(error)) this.refused = true
      return undefined
    }
  }
}

/** Looks up nested keys in a parsed JSON value. */
export const at = (value: unknown, ...keys: ReadonlyArray<string>): unknown => {
  let found = value
  for (const key of keys) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined
    found = Object.getOwnPropertyDescriptor(found, key)?.value
  }
  return found
}
