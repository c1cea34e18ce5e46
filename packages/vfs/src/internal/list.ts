/** Lists the names in a directory and, if requested, below it. Links are listed but not followed. */
import type { DirectoryEntry, InodeOperations } from "../InodeOperations.js"
import type { Program } from "../Program.js"
import { expecting, isErrno, named } from "./errno.js"
import { isDirectory, typeOf } from "./mode.js"
import { type Context, during } from "./operation.js"
import { below as pathBelow } from "./path.js"
import type { PathResolver } from "./pathResolver.js"
import { turn, waitFor } from "./program.js"

/** @internal */
export const readDirectory = <H, F>(
  context: Context<H, F>,
  path: string,
  recursive: boolean
): Program<ReadonlyArray<string>> => list(context, names(context.operations), path, recursive)

/** @internal */
export const readDirectoryEntries = <H, F>(
  context: Context<H, F>,
  path: string,
  recursive = false
): Program<ReadonlyArray<DirectoryEntry>> => list(context, entries(context.operations), path, recursive)

const list = <H, F, A>(
  context: Context<H, F>,
  listing: Listing<H, A>,
  path: string,
  recursive: boolean
): Program<ReadonlyArray<A>> =>
  during(context, "scandir", [path], function*(resolver) {
    resolver.checkToOpen(path)
    const top = resolver.existing(path)
    return yield* recursive ? listBelow(resolver, listing, top, path) : listing.read(top)
  })

/** A directory that is being listed. */
interface Level<H, A> {
  readonly directory: H
  readonly prefix: string
  readonly entries: Iterator<A>
}

/** How to read the entries of a directory, and what is known about each entry. */
interface Listing<H, A> {
  readonly read: (directory: H) => Program<ReadonlyArray<A>>
  readonly nameOf: (entry: A) => string
  /** Whether the entry has to be looked up because it can be a directory. */
  readonly mayEnter: (entry: A) => boolean
  /** The entry with its path from the directory where the listing began. */
  readonly below: (prefix: string, entry: A) => A
}

const names = <H, F>(operations: InodeOperations<H, F>): Listing<H, string> => ({
  read: (directory) => waitFor(operations.readdir(directory)),
  nameOf: (name) => name,
  mayEnter: () => true,
  below: (prefix, name) => prefix + name
})

const entries = <H, F>(operations: InodeOperations<H, F>): Listing<H, DirectoryEntry> => ({
  read: (directory) => typed(operations, directory),
  nameOf: ({ name }) => name,
  mayEnter: ({ type }) => type === "Directory",
  below: (prefix, { name, type }) => ({ name: prefix + name, type })
})

/**
 * The entries with their types. Not every file system lists types (`readdir(3)`), and then each file is looked at, as
 * Node does. The type of one that has disappeared remains unknown.
 */
function* typed<H, F>(operations: InodeOperations<H, F>, directory: H): Program<ReadonlyArray<DirectoryEntry>> {
  const listed = yield* waitFor(operations.readEntries(directory))
  if (listed.every(({ type }) => type !== "Unknown")) return listed
  const found: Array<DirectoryEntry> = []
  for (const { name, type } of listed) {
    yield turn
    const attributes = type === "Unknown" ? operations.peek({ directory, name, slash: false }) : undefined
    found.push({ name, type: attributes === undefined ? type : typeOf(attributes) })
  }
  return found
}

/**
 * Lists everything below a directory. Each entry comes after its own directory. A name that has disappeared since it
 * was listed is not entered. An error names the directory that could not be listed, as in Node.
 */
function* listBelow<H, F, A>(
  { operations, owned }: PathResolver<H, F>,
  { below, mayEnter, nameOf, read }: Listing<H, A>,
  top: H,
  path: string
): Program<ReadonlyArray<A>> {
  const found: Array<A> = []
  const levels: Array<Level<H, A>> = []
  const enter = function*(directory: H, prefix: string): Program<void> {
    const entries = yield* read(directory)
    levels.push({ directory, prefix, entries: entries.values() })
  }
  yield* enter(top, "")
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    yield turn
    const next = level.entries.next()
    if (next.done === true) {
      levels.pop()
      owned.release(level.directory)
      continue
    }
    const { value: entry } = next
    found.push(below(level.prefix, entry))
    if (!mayEnter(entry)) continue
    const { directory, prefix } = level
    const name = nameOf(entry)
    try {
      const child = expecting(["ENOENT"], () => owned.own(operations.child(directory, name)))
      if (isErrno(child)) continue
      // The name can belong to another file than the listed one by now.
      if (isDirectory(operations.getattr(child))) yield* enter(child, `${prefix}${name}/`)
      else owned.release(child)
    } catch (thrown) {
      throw named(thrown, "scandir", [pathBelow(path, prefix + name)])
    }
  }
  return found
}
