/** Lists the names in a directory, and below it. Links are listed, but not followed. */
import type { DirectoryEntry, InodeOperations } from "../InodeOperations.js"
import type { Program } from "../Program.js"
import { isDirectory } from "./mode.js"
import { type Context, during } from "./operation.js"
import type { Owned } from "./owned.js"
import { turn, waitFor } from "./program.js"

/** @internal */
export const readDirectory = <H, F>(
  context: Context<H, F>,
  path: string,
  recursive: boolean
): Program<ReadonlyArray<string>> =>
  during(context, "scandir", [path], function*(resolver) {
    const { operations, owned } = resolver
    const top = resolver.existing(path)
    return yield* recursive ? namesBelow(operations, owned, top) : waitFor(operations.readdir(top))
  })

/** @internal */
export const readDirectoryEntries = <H, F>(
  context: Context<H, F>,
  path: string,
  recursive = false
): Program<ReadonlyArray<DirectoryEntry>> =>
  during(context, "scandir", [path], function*(resolver) {
    const { operations, owned } = resolver
    const top = resolver.existing(path)
    return yield* recursive ? entriesBelow(operations, owned, top) : waitFor(operations.readEntries(top))
  })

/** A directory that is being listed. */
interface Level<H, A = string> {
  readonly directory: H
  readonly prefix: string
  readonly names: Iterator<A>
}

/** Every name below a directory, each after the name of the directory that it is in. */
function* namesBelow<H, F>(operations: InodeOperations<H, F>, owned: Owned<H>, top: H): Program<ReadonlyArray<string>> {
  const found: Array<string> = []
  const levels: Array<Level<H>> = []
  const enter = function*(directory: H, prefix: string): Program<void> {
    const names = yield* waitFor(operations.readdir(directory))
    levels.push({ directory, prefix, names: names.values() })
  }
  yield* enter(top, "")
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    yield turn
    const next = level.names.next()
    if (next.done === true) {
      levels.pop()
      owned.release(level.directory)
      continue
    }
    found.push(level.prefix + next.value)
    const child = owned.own(operations.child(level.directory, next.value))
    if (isDirectory(operations.getattr(child))) yield* enter(child, `${level.prefix}${next.value}/`)
    else owned.release(child)
  }
  return found
}

/** As `namesBelow`, with types. Only what may be a directory is looked up. */
function* entriesBelow<H, F>(
  operations: InodeOperations<H, F>,
  owned: Owned<H>,
  top: H
): Program<ReadonlyArray<DirectoryEntry>> {
  const found: Array<DirectoryEntry> = []
  const levels: Array<Level<H, DirectoryEntry>> = []
  const enter = function*(directory: H, prefix: string): Program<void> {
    const names = yield* waitFor(operations.readEntries(directory))
    levels.push({ directory, prefix, names: names.values() })
  }
  yield* enter(top, "")
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    yield turn
    const next = level.names.next()
    if (next.done === true) {
      levels.pop()
      owned.release(level.directory)
      continue
    }
    const { name, type } = next.value
    found.push({ name: level.prefix + name, type })
    if (type !== "Directory" && type !== "Unknown") continue
    const child = owned.own(operations.child(level.directory, name))
    // Something else may have its name by now.
    if (isDirectory(operations.getattr(child))) yield* enter(child, `${level.prefix}${name}/`)
    else owned.release(child)
  }
  return found
}
