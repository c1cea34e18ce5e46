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
): Program<ReadonlyArray<string>> =>
  recursive
    ? namesBelow(context, path)
    : listing(context, path, ({ operations }, top) => waitFor(operations.readdir(top)))

/** @internal */
export const readDirectoryEntries = <H, F>(
  context: Context<H, F>,
  path: string,
  recursive = false
): Program<ReadonlyArray<DirectoryEntry>> =>
  listing(
    context,
    path,
    (resolver, top) => recursive ? listBelow(resolver, top, path) : entries(resolver.operations, top)
  )

/**
 * Reads the types too, and looks up only directories: a lookup needs permission to search the directory before, which
 * listing files does not.
 */
function* namesBelow<H, F>(context: Context<H, F>, path: string): Program<ReadonlyArray<string>> {
  const found = yield* readDirectoryEntries(context, path, true)
  return found.map(({ name }) => name)
}

const listing = <H, F, A>(
  context: Context<H, F>,
  path: string,
  read: (resolver: PathResolver<H, F>, top: H) => Program<A>
): Program<A> =>
  during(context, "scandir", [path], function*(resolver) {
    resolver.checkToOpen(path)
    return yield* read(resolver, resolver.existing(path))
  })

/** A directory that is being listed. */
interface Level<H> {
  readonly directory: H
  readonly prefix: string
  readonly entries: Iterator<DirectoryEntry>
}

/**
 * The entries with their types. Not every file system lists types (`readdir(3)`), and then each file is looked at, as
 * Node does. The type of one that has disappeared remains unknown.
 */
function* entries<H, F>(operations: InodeOperations<H, F>, directory: H): Program<ReadonlyArray<DirectoryEntry>> {
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
function* listBelow<H, F>(
  { operations, owned }: PathResolver<H, F>,
  top: H,
  path: string
): Program<ReadonlyArray<DirectoryEntry>> {
  const found: Array<DirectoryEntry> = []
  const levels: Array<Level<H>> = []
  const enter = function*(directory: H, prefix: string): Program<void> {
    const listed = yield* entries(operations, directory)
    levels.push({ directory, prefix, entries: listed.values() })
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
    const { directory, prefix } = level
    const { name, type } = next.value
    found.push({ name: prefix + name, type })
    if (type !== "Directory") continue
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
