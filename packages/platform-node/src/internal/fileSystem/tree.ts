/**
 * The operations that go through directories. Each directory on the way is held open while they are in it, and every
 * name is looked at in the directory that is held: a link that appears in a directory's place is not entered.
 */
import type { PlatformError } from "@effect/platform/Error"
import type { CopyOptions, FileSystem, RemoveOptions } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmdirSync,
  type Stats,
  symlinkSync,
  unlinkSync,
  utimesSync
} from "node:fs"
import { descriptorPath, O_DIRECTORY } from "../constants.js"
import { readlink } from "../fsCalls.js"
import { toNode } from "../pathBytes.js"
import { copyContent, names } from "./content.js"
import { childPath, O_HANDLE } from "./descriptorWalk.js"
import type { Hold } from "./hold.js"
import { type Inside, type Slot, split } from "./inside.js"
import { makeAll } from "./make.js"
import { slotPath } from "./metadata.js"
import { errnoError } from "./errnoError.js"
import { operation } from "./operation.js"

/** How many names are dealt with before other fibers get their turn. */
const TURN = 64

/** How many of these operations may hold their directories at once; the others wait. */
const CONCURRENT = 16

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/** A name in a directory that is held. */
interface Place {
  readonly directory: number
  readonly name: string
}

const pathOf = ({ directory, name }: Place): string | Buffer => childPath(directory, name)

/** One operation on a tree: what it was asked, for its errors. */
class Tree {
  readonly method: string
  readonly path: string
  constructor(method: string, path: string) {
    this.method = method
    this.path = path
  }

  step<A>(run: () => A): Effect.Effect<A, PlatformError> {
    return operation(this.method, this.path, run)
  }

  /** A file, held until the scope closes. */
  held(place: string | Buffer, flags: number): Effect.Effect<number, PlatformError, Scope.Scope> {
    return Effect.acquireRelease(this.step(() => openSync(place, flags)), (fd) => Effect.sync(() => closeSync(fd)))
  }

  /** Every name in a directory, in turns. */
  each(
    directory: number,
    visit: (name: string) => Effect.Effect<void, PlatformError>
  ): Effect.Effect<void, PlatformError> {
    return Effect.flatMap(
      this.step(() => names(directory)),
      (all) =>
        Effect.forEach(
          all,
          (name, i) => i % TURN === TURN - 1 ? Effect.zipRight(Effect.yieldNow(), visit(name)) : visit(name),
          { discard: true }
        )
    )
  }
}

class Removal extends Tree {
  /** Unlinks first: a directory says EISDIR, so that nothing has to be known of a file before. */
  entry(place: Place): Effect.Effect<void, PlatformError> {
    return Effect.flatMap(
      this.step(() => {
        try {
          unlinkSync(pathOf(place))
          return true
        } catch (error) {
          if (codeOf(error) === "ENOENT") return true
          if (codeOf(error) === "EISDIR") return false
          throw error
        }
      }),
      (gone) => gone ? Effect.void : this.directory(place, pathOf(place))
    )
  }

  /** `named` is how the last call is to name the directory. */
  directory(place: Place, named: string | Buffer): Effect.Effect<void, PlatformError> {
    return Effect.flatMap(
      this.step(() => {
        try {
          rmdirSync(named)
          return true
        } catch (error) {
          if (codeOf(error) === "ENOTEMPTY") return false
          throw error
        }
      }),
      (gone) => {
        if (gone) return Effect.void
        const children = Effect.scoped(
          Effect.flatMap(
            this.held(pathOf(place), O_HANDLE | O_DIRECTORY),
            (fd) => this.each(fd, (name) => this.entry({ directory: fd, name }))
          )
        )
        return Effect.zipRight(children, this.step(() => rmdirSync(named)))
      }
    )
  }
}

/** What `rmdir(2)` says of a last component that is no name (`do_rmdir` in `fs/namei.c`). */
const notAName: Readonly<Record<string, string>> = { "": "EBUSY", ".": "EINVAL", "..": "ENOTEMPTY" }

const remove = (
  inside: Inside,
  method: string,
  path: string,
  { force = false, recursive = false }: RemoveOptions
): Effect.Effect<void, PlatformError> => {
  const removal = new Removal(method, path)
  const found = operation(method, path, (hold) => {
    const isDirectory = fstatSync(inside.kept(path, hold)).isDirectory()
    // The code and the call of Node's `fs.rm`.
    if (isDirectory && !recursive) throw errnoError("ERR_FS_EISDIR", "rm")
    const slot = inside.slot(path, hold)
    if (slot === undefined) throw errnoError(notAName[split(path).name] ?? "EBUSY", "rmdir")
    hold.release(slot.directory)
    return { slot, isDirectory }
  })
  const removed = Effect.acquireUseRelease(
    found,
    ({ isDirectory, slot }) =>
      isDirectory ? removal.directory(slot, slotPath(slot)) : removal.step(() => unlinkSync(slotPath(slot))),
    ({ slot }) => Effect.sync(() => inside.close(slot.directory))
  )
  return force
    ? Effect.catchIf(removed, (error) => error._tag === "SystemError" && error.reason === "NotFound", () => Effect.void)
    : removed
}

class Copying extends Tree {
  readonly #overwrite: boolean
  readonly #preserveTimestamps: boolean
  /** Where copies go: moved into what is copied meanwhile, they would be copied for ever. */
  readonly #targets = new Set<string>()
  constructor(path: string, { overwrite = false, preserveTimestamps = false }: CopyOptions) {
    super("copy", path)
    this.#overwrite = overwrite
    this.#preserveTimestamps = preserveTimestamps
  }

  /** What is held as `fd` and has, or had a moment ago, the name `from`; a directory may have none. */
  file(fd: number, from: Place | undefined, to: Slot): Effect.Effect<void, PlatformError> {
    return Effect.suspend(() => {
      const stats = fstatSync(fd)
      if (stats.isDirectory()) return this.directory(fd, stats, to)
      if (stats.isSymbolicLink() && from !== undefined) return this.link(from, to)
      if (stats.isFile()) return this.content(fd, stats, to)
      // A fifo, socket or device would be read, not copied.
      return this.fails("EINVAL")
    })
  }

  entry(from: Place, to: Slot): Effect.Effect<void, PlatformError> {
    return Effect.scoped(Effect.flatMap(this.held(pathOf(from), O_HANDLE), (fd) => this.file(fd, from, to)))
  }

  directory(fd: number, stats: Stats, to: Slot): Effect.Effect<void, PlatformError> {
    if (this.#targets.has(identity(stats))) return this.fails("EINVAL")
    return Effect.scoped(Effect.gen(this, function*() {
      const made = yield* this.step(() => {
        const there = lstat(to)
        if (there === undefined) mkdirSync(pathOf(to))
        else if (!there.isDirectory()) throw errnoError("EISDIR", "cp")
        return there === undefined
      })
      const copied = yield* this.held(pathOf(to), O_HANDLE | O_DIRECTORY)
      yield* this.into(fd, stats, copied)
      if (made) yield* this.step(() => chmodSync(descriptorPath(copied), stats.mode))
    }))
  }

  into(fd: number, stats: Stats, copied: number): Effect.Effect<void, PlatformError> {
    this.#targets.add(identity(fstatSync(copied)))
    const children = this.each(
      fd,
      (name) => this.entry({ directory: fd, name }, { directory: copied, name, slash: false })
    )
    return Effect.zipRight(children, this.times(descriptorPath(copied), stats))
  }

  link(from: Place, to: Slot): Effect.Effect<void, PlatformError> {
    return this.step(() => {
      const target = toNode(readlink(`${descriptorPath(from.directory)}/${from.name}`))
      if (this.#clear(to)) symlinkSync(target, slotPath(to))
    })
  }

  content(fd: number, stats: Stats, to: Slot): Effect.Effect<void, PlatformError> {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
    return Effect.scoped(Effect.gen(this, function*() {
      if (!(yield* this.step(() => this.#clear(to)))) return
      const copied = yield* Effect.acquireRelease(
        this.step(() => openSync(slotPath(to), flags, stats.mode & 0o777)),
        (opened) => Effect.sync(() => closeSync(opened))
      )
      yield* copyContent(this.method, this.path, fd, copied)
      yield* this.times(descriptorPath(copied), stats)
    }))
  }

  /** Makes room for a file or a link, and says whether there is any. */
  #clear(to: Slot): boolean {
    const there = lstat(to)
    if (there === undefined) return true
    if (there.isDirectory()) throw errnoError("ENOTDIR", "cp")
    if (this.#overwrite) unlinkSync(pathOf(to))
    return this.#overwrite
  }

  times(place: string, { atime, mtime }: Stats): Effect.Effect<void, PlatformError> {
    return this.#preserveTimestamps ? this.step(() => utimesSync(place, atime, mtime)) : Effect.void
  }

  fails(errno: string): Effect.Effect<never, PlatformError> {
    return this.step(() => {
      throw errnoError(errno, "cp")
    })
  }
}

const lstat = (place: Place): Stats | undefined => lstatSync(pathOf(place), { throwIfNoEntry: false })

/** What a copy is made of and where it goes: into a directory that is there, or to a name. */
interface CopyPlan {
  readonly from: number
  readonly source: Place | undefined
  readonly to: { readonly into: number } | Slot
}

const identity = ({ dev, ino }: Stats): string => `${dev}:${ino}`

const isSame = (a: Stats, b: Stats): boolean => a.dev === b.dev && a.ino === b.ino

/** As Node's `fs.cp` decides: nothing onto itself, and no directory in a file's place. */
const checkExchange = (source: Stats, target: Stats): void => {
  if (isSame(source, target)) throw errnoError("EINVAL", "cp")
  if (source.isDirectory() && !target.isDirectory()) throw errnoError("EISDIR", "cp")
  if (!source.isDirectory() && target.isDirectory()) throw errnoError("ENOTDIR", "cp")
}

/** Nothing is copied into itself; directories that the place lacks are made. */
const plan = (inside: Inside, fromPath: string, toPath: string, hold: Hold): CopyPlan => {
  const from = inside.kept(fromPath, hold)
  const stats = fstatSync(from)
  const there = inside.ifThere(toPath, hold)
  if (there !== undefined) checkExchange(stats, fstatSync(there))
  for (const fd of inside.ancestors(toPath, hold)) {
    if (isSame(stats, fstatSync(fd))) throw errnoError("EINVAL", "cp")
  }
  if (there === undefined) makeAll(inside, split(toPath).before || "/", undefined, hold)
  const source = inside.slot(fromPath, hold)
  if (there !== undefined && stats.isDirectory()) return { from, source, to: { into: there } }
  const slot = inside.slot(toPath, hold)
  if (slot === undefined) throw errnoError("EINVAL", "cp")
  return { from, source, to: slot }
}

const copy = (
  inside: Inside,
  fromPath: string,
  toPath: string,
  options: CopyOptions
): Effect.Effect<void, PlatformError> => {
  const copying = new Copying(fromPath, options)
  return Effect.acquireUseRelease(
    operation("copy", fromPath, (hold) => {
      const planned = plan(inside, fromPath, toPath, hold)
      return { ...planned, hold: hold.keep() }
    }),
    ({ from, source, to }) =>
      Effect.suspend(() =>
        "into" in to ? copying.into(from, fstatSync(from), to.into) : copying.file(from, source, to)
      ),
    ({ hold }) => Effect.sync(() => hold[Symbol.dispose]())
  )
}

/** Every name below a directory, with the directories it is in. */
class Listing extends Tree {
  readonly found: Array<string> = []

  below(directory: number, prefix: string): Effect.Effect<void, PlatformError> {
    return this.each(directory, (name) => {
      this.found.push(prefix + name)
      return this.enter({ directory, name }, `${prefix}${name}/`)
    })
  }

  enter(place: Place, prefix: string): Effect.Effect<void, PlatformError> {
    return Effect.scoped(
      Effect.flatMap(
        this.held(pathOf(place), O_HANDLE),
        (fd) => Effect.suspend(() => fstatSync(fd).isDirectory() ? this.below(fd, prefix) : Effect.void)
      )
    )
  }
}

const readDirectory = (inside: Inside, path: string, recursive: boolean) => {
  const found = operation("readDirectory", path, (hold) => hold.release(inside.existing(path, hold)))
  return Effect.acquireUseRelease(
    found,
    (fd) => {
      if (!recursive) return operation("readDirectory", path, () => [...names(fd)])
      const listing = new Listing("readDirectory", path)
      return Effect.as(listing.below(fd, ""), listing.found)
    },
    (fd) => Effect.sync(() => inside.close(fd))
  )
}

type Trees = Pick<FileSystem, "copy" | "readDirectory" | "remove">

/** @internal */
export const make = (inside: Inside): Trees => {
  const limited = Effect.unsafeMakeSemaphore(CONCURRENT).withPermits(1)
  return {
    copy: (fromPath, toPath, options = {}) => limited(copy(inside, fromPath, toPath, options)),
    readDirectory: (path, { recursive = false } = {}) => limited(readDirectory(inside, path, recursive)),
    remove: (path, options = {}) => limited(remove(inside, "remove", path, options))
  }
}
