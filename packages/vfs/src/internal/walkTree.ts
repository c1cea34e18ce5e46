/** Reads directories and trees in parts, so that memory use does not depend on their size. */
import type { FileType } from "../Attributes.js"
import type { DirectoryEntry, InodeOperations } from "../InodeOperations.js"
import type { Program } from "../Program.js"
import type { EntryReader, TreeEntry, WalkTreeOptions } from "../RootDirectory.js"
import { checkLimit, checkTexts } from "./arguments.js"
import { fail, isErrno, named } from "./errno.js"
import { typeOf } from "./mode.js"
import { type Context, type Held, hold } from "./operation.js"
import type { Owned } from "./owned.js"
import type { PathResolver } from "./pathResolver.js"
import { isCall, sync, turn, waitFor } from "./program.js"
import { Semaphore } from "./semaphore.js"
import { sortedByBytes } from "./sorted.js"

/** A listing that continues from call to call. */
interface Reading<A> {
  readonly next: () => Program<ReadonlyArray<A>>
  readonly close: () => Program<void>
}

/** Runs an operation that keeps the root and its handles open until it is closed. */
const reader = <H, F, A>(
  context: Context<H, F>,
  path: string,
  begin: (resolver: PathResolver<H, F>) => Reading<A>
): EntryReader<A> => {
  checkTexts([path])
  let held: Held<H, F> | undefined
  let reading: Reading<A> | undefined
  try {
    held = hold(context)
    reading = begin(held.resolver)
  } catch (thrown) {
    held?.release()
    throw named(thrown, "scandir", [path])
  }
  const { release } = held
  const one = new Semaphore(1)
  const close = function*(): Program<void> {
    const open = reading
    if (open === undefined) return
    reading = undefined
    try {
      yield* open.close()
    } finally {
      release()
    }
  }
  const next = function*(): Program<ReadonlyArray<A>> {
    let isRead = false
    try {
      const entries = yield* (reading ?? fail("EBADF")).next()
      isRead = true
      return entries
    } catch (thrown) {
      throw named(thrown, "scandir", [path])
    } finally {
      // After a failure or an interruption, it is unknown which entries were read.
      if (!isRead) yield* close()
    }
  }
  return { next: () => one.hold(next), close: () => one.hold(close) }
}

/** @internal */
export const readEntries = <H, F>(context: Context<H, F>, path: string): EntryReader<DirectoryEntry> =>
  reader(context, path, (resolver) => {
    resolver.checkToOpen(path)
    const directory = resolver.operations.openDirectory(resolver.existing(path))
    return { next: () => waitFor(directory.read()), close: () => waitFor(directory.close()) }
  })

/** How many entries a call returns at most. */
const PART = 256

/** After one of these errors, no other directory could be read either. */
const fatal: ReadonlyArray<string> = ["EBADF", "EMFILE", "ENFILE", "ENOMEM"]

/** A directory whose entries are being reported. */
interface Level<H> {
  readonly directory: H
  readonly prefix: string
  readonly entries: ReadonlyArray<DirectoryEntry>
  next: number
}

const mayEnter = (type: FileType): boolean => type === "Directory" || type === "Unknown"

interface Limits {
  readonly enter: (directory: TreeEntry) => boolean
  readonly maxRemembered: number
}

class TreeWalk<H, F> implements Reading<TreeEntry> {
  readonly #operations: InodeOperations<H, F>
  readonly #childToList: InodeOperations<H, F>["child"]
  readonly #owned: Owned<H>
  readonly #enter: (directory: TreeEntry) => boolean
  readonly #levels: Array<Level<H>> = []
  /** How many more entries can be remembered. */
  #room: number
  /** The first directory, until it is listed. */
  #top: H | undefined

  constructor({ operations, owned }: PathResolver<H, F>, top: H, { enter, maxRemembered }: Limits) {
    this.#operations = operations
    this.#childToList = operations.childToList ?? operations.child
    this.#owned = owned
    this.#enter = enter
    this.#room = maxRemembered
    this.#top = top
  }

  *next(): Program<ReadonlyArray<TreeEntry>> {
    if (this.#top !== undefined) {
      const top = this.#top
      this.#top = undefined
      yield* this.#list(top, "")
    }
    const found: Array<TreeEntry> = []
    while (found.length < PART) {
      const level = this.#levels.at(-1)
      if (level === undefined) break
      const entry = level.entries[level.next++]
      if (entry === undefined) this.#leave(level)
      else if (!mayEnter(entry.type)) found.push(this.#entryOf(level, entry))
      else {
        found.push(yield* this.#visit(level, entry))
        yield turn
      }
    }
    yield turn
    return found
  }

  close(): Program<void> {
    return sync(() => {})
  }

  #entryOf({ prefix }: Level<H>, { name, type }: DirectoryEntry): TreeEntry {
    return { name, type, path: prefix + name, depth: this.#levels.length }
  }

  /** Not every file system lists types (`readdir(3)`). There, the file itself tells whether it is a directory. */
  *#visit(level: Level<H>, entry: DirectoryEntry): Program<TreeEntry> {
    let item = this.#entryOf(level, entry)
    const isKnown = item.type !== "Unknown"
    if (isKnown && !this.#enter(item)) return item
    let child: H | undefined
    try {
      child = this.#owned.own((isKnown ? this.#childToList : this.#operations.child)(level.directory, entry.name))
      if (!isKnown) item = { ...item, type: typeOf(this.#operations.getattr(child)) }
      if (isKnown || (item.type === "Directory" && this.#enter(item))) yield* this.#list(child, `${item.path}/`)
      else this.#owned.release(child)
      return item
    } catch (thrown) {
      if (child !== undefined) this.#owned.release(child)
      if (!isErrno(thrown) || fatal.includes(thrown.code)) throw thrown
      return { ...item, unreadable: thrown.code }
    }
  }

  *#list(directory: H, prefix: string): Program<void> {
    const reading = this.#operations.readEntries(directory, this.#room)
    const entries = isCall(reading) ? yield* reading : reading
    if (entries.length > this.#room) fail("EOVERFLOW")
    this.#room -= entries.length
    this.#levels.push({ directory, prefix, entries: sortedByBytes(entries), next: 0 })
  }

  #leave({ directory, entries }: Level<H>): void {
    this.#levels.pop()
    this.#room += entries.length
    this.#owned.release(directory)
  }
}

/** @internal */
export const walkTree = <H, F>(
  context: Context<H, F>,
  path: string,
  options: WalkTreeOptions = {}
): EntryReader<TreeEntry> =>
  reader(context, path, (resolver) => {
    // Each option is read once, so that what is checked is what is used.
    const { enter = () => true, maxRemembered = Number.POSITIVE_INFINITY } = options
    checkLimit(maxRemembered, "maxRemembered")
    resolver.checkToOpen(path)
    return new TreeWalk(resolver, resolver.existing(path), { enter, maxRemembered })
  })
