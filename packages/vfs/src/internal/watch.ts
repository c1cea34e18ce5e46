/**
 * Watches a file or a directory, and with `recursive` every directory below it, including new ones. Events are reported
 * as they happen. The search for directories to watch yields to the event loop.
 */
import type { Identity } from "../InodeOperations.js"
import type { Change, Happening, WatchedInode } from "../Watch.js"
import type { Program } from "../Program.js"
import { onNextTurn } from "./eventLoop.js"
import { calling, expecting, fail, failIn, isErrno, named, namedIn } from "./errno.js"
import { isPathTooLong } from "./limits.js"
import { isDirectory } from "./mode.js"
import { atOnce, type Context } from "./operation.js"
import { below } from "./path.js"
import { UNREACHABLE } from "./pathPolicy.js"
import { Call, turn, waitFor } from "./program.js"

/** A watched directory, or the watched file. */
interface Level<H> {
  /** The prefix of its names in reports. */
  readonly prefix: string
  readonly watched: WatchedInode<H>
  readonly identity: Identity
  readonly below: Map<string, Level<H>>
  /** Whether it has appeared while its parent was watched. */
  readonly isNew: boolean
  isOpen: boolean
}

/** A name that can be another directory to watch. */
interface Found<H> {
  readonly parent: Level<H>
  readonly name: string
  /** Whether an event was about this name. Otherwise, it was found by listing its directory. */
  readonly isReported: boolean
}

/**
 * How many names are looked up before other work can get a turn. So a small tree is completely watched as soon as the
 * watch has begun.
 */
const EVERY = 64

const nothing = () => {}

/** The reader of the changes gets a turn, even if there is time left: only some have room until they are read. */
const nextTurn = (): Call<void> => new Call((done) => onNextTurn(() => done({ value: undefined })))

function* subtree<H>(top: Level<H>): Iterable<Level<H>> {
  const left = [top]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    left.push(...next.below.values())
    yield next
  }
}

class Watch<H, F> {
  readonly #context: Context<H, F>
  readonly #path: string
  readonly #recursive: boolean
  /** Reports a change, and returns whether there was room for it. */
  readonly #changed: (change: Change) => boolean
  #ready: () => void
  readonly #top: Level<H>
  readonly #found: Array<Found<H>> = []
  #failure: { readonly thrown: unknown } | undefined = undefined
  #wake: () => void = nothing
  #followed = 0

  constructor(
    context: Context<H, F>,
    path: string,
    recursive: boolean,
    changed: (change: Change) => boolean,
    ready: () => void,
    inode: H
  ) {
    this.#context = context
    this.#path = path
    this.#recursive = recursive && isDirectory(context.operations.getattr(inode))
    this.#changed = changed
    this.#ready = ready
    this.#top = calling("watch", [path], () => this.#begin(inode, "", false))
  }

  *run(): Program<never> {
    try {
      if (this.#recursive) yield* this.#list(this.#top)
      for (;;) {
        if (this.#failure !== undefined) throw this.#failure.thrown
        const found = this.#found.pop()
        if (found === undefined) {
          yield* new Call<void>((done) => {
            this.#wake = () => done({ value: undefined })
            this.#tellReady() // its listener can cause events
            return nothing
          })
        } else {
          if (++this.#followed % EVERY === 0) yield found.parent.isNew ? nextTurn() : turn
          yield* this.#follow(found)
        }
      }
    } catch (thrown) {
      throw named(thrown, "watch", [this.#path])
    } finally {
      this.#end(this.#top)
    }
  }

  #tellReady(): void {
    const ready = this.#ready
    this.#ready = nothing
    ready()
  }

  #begin(inode: H, prefix: string, isNew: boolean): Level<H> {
    const { identity, watch } = this.#context.operations
    const level: Level<H> = {
      prefix,
      identity: identity(inode),
      watched: watch(inode, {
        happened: (happening) => this.#happened(level, happening),
        failed: (thrown) => this.#fail(thrown)
      }),
      below: new Map(),
      isNew,
      isOpen: true
    }
    return level
  }

  #happened(level: Level<H>, { name, type }: Happening): void {
    if (!level.isOpen || this.#failure !== undefined) return
    try {
      if (name === undefined) {
        this.#happenedToTop(type)
        return
      }
      // Only the attributes of the directory have changed, which a recursive watch does not report.
      if (this.#isStill(level, name)) return
      const exists = () => this.#context.operations.peek(this.#place(level, name)) !== undefined
      this.#report(type, exists, level.prefix + name)
      if (!this.#recursive || type === "change") return
      this.#found.push({ parent: level, name, isReported: true })
      this.#goOn()
    } catch (thrown) {
      this.#fail(thrown)
    }
  }

  /**
   * Reports what happened to the watched file or directory itself. Node names it by the text after the last slash. It
   * reports nothing if that is empty, or if the watch is recursive: the parent's watcher reports what happens to a
   * directory below the top.
   */
  #happenedToTop(type: Happening["type"]): void {
    const [context, path] = [this.#context, this.#path]
    const name = path.slice(path.lastIndexOf("/") + 1)
    if (name === "" || this.#recursive) return
    // The path can also lead nowhere because a directory before the name was replaced.
    const exists = () =>
      !isErrno(expecting(UNREACHABLE, () => atOnce(context, "stat", [path], (at) => at.existing(path))))
    this.#report(type, exists, name)
  }

  #report(type: Happening["type"], exists: () => boolean, name: string): void {
    const change: Change = { type: type === "change" ? "Update" : exists() ? "Create" : "Remove", name }
    if (!this.#changed(change)) failIn("watch", [this.#path], "EOVERFLOW")
  }

  /** Stops all watchers immediately: an endless stream of events could leave no turn to do it later. */
  #fail(thrown: unknown): void {
    this.#failure ??= { thrown }
    for (const { watched } of subtree(this.#top)) watched.stop()
    this.#goOn()
  }

  #goOn(): void {
    const wake = this.#wake
    this.#wake = nothing
    wake()
  }

  #place({ watched }: Level<H>, name: string) {
    return { directory: watched.handle, name, slash: false }
  }

  /** Whether a name still belongs to the directory that is watched under it. */
  #isStill({ below, watched }: Level<H>, name: string): boolean {
    const known = below.get(name)
    if (known === undefined) return false
    const { child, identity, release } = this.#context.operations
    const there = expecting(["ENOENT"], () => child(watched.handle, name))
    if (isErrno(there)) return false
    try {
      return identity(there) === known.identity
    } finally {
      release?.(there)
    }
  }

  /** An error names the directory that cannot be watched, as in Node. */
  *#follow(found: Found<H>): Program<void> {
    const { name, parent } = found
    yield* namedIn("watch", [below(this.#path, parent.prefix + name)], this.#watchFound(found))
  }

  /** Starts to watch the directory that has this name now, and stops watching the one that had it before. */
  *#watchFound({ isReported, name, parent }: Found<H>): Program<void> {
    if (!parent.isOpen) return
    const { child, getattr, identity, release } = this.#context.operations
    const inode = expecting(["ENOENT"], () => child(parent.watched.handle, name))
    const there = isErrno(inode) ? undefined : inode
    try {
      // The kernel has not reported the names that a new directory got before it was watched.
      if (there !== undefined && parent.isNew && !isReported) this.#report("rename", () => true, parent.prefix + name)
      const isThere = there !== undefined && isDirectory(getattr(there))
      const known = parent.below.get(name)
      if (known !== undefined) {
        // The inode number of a watched directory is not reused, so an equal identity means the same directory.
        if (isThere && identity(there) === known.identity) return
        parent.below.delete(name)
        this.#end(known)
      }
      if (!isThere) return
      const prefix = `${parent.prefix}${name}/`
      // The paths of names in it would be too long for any operation.
      if (isPathTooLong(prefix)) fail("ENAMETOOLONG")
      const begun = this.#begin(there, prefix, isReported || parent.isNew)
      parent.below.set(name, begun)
      yield* this.#list(begun)
    } finally {
      if (there !== undefined) release?.(there)
    }
  }

  /** Queues the names in a directory. If the directory was removed in the meantime, there are none. */
  *#list(parent: Level<H>): Program<void> {
    try {
      const names = yield* waitFor(this.#context.operations.readdir(parent.watched.handle))
      for (const name of names.toReversed()) this.#found.push({ parent, name, isReported: false })
    } catch (thrown) {
      if (!isErrno(thrown) || thrown.code !== "ENOENT") throw thrown
    }
  }

  #end(top: Level<H>): void {
    const { release } = this.#context.operations
    for (const level of subtree(top)) {
      level.isOpen = false
      level.watched.stop()
      release?.(level.watched.handle)
    }
  }
}

/**
 * Begins to watch before it returns. The watch ends when the returned program ends.
 *
 * @internal
 */
export const watch = <H, F>(
  context: Context<H, F>,
  path: string,
  recursive: boolean,
  changed: (change: Change) => boolean,
  ready: () => void = nothing
): Program<never> =>
  atOnce(
    context,
    "stat",
    [path],
    (resolver) => new Watch(context, path, recursive, changed, ready, resolver.existing(path))
  ).run()
