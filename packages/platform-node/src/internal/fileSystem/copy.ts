/** Copies files and trees; links are copied as links. */
import type { PlatformError } from "@effect/platform/Error"
import type { CopyOptions } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import {
  type BigIntStats,
  chmodSync,
  constants,
  fchmodSync,
  futimesSync,
  mkdirSync,
  openSync,
  symlinkSync,
  unlinkSync
} from "node:fs"
import { descriptorPath, O_DIRECTORY } from "../constants.js"
import { readlink } from "../fsCalls.js"
import { toNode } from "../pathBytes.js"
import { O_HANDLE } from "./foundFiles.js"
import { errnoError } from "../errnoError.js"
import type { Hold } from "./hold.js"
import { type Identity, isSame, stat, statName } from "./identity.js"
import { type Inside, type Slot, split } from "./inside.js"
import { makeAll } from "./make.js"
import { slotPath } from "./metadata.js"
import { type Opened, reopen, WITHOUT_WAITING } from "./open.js"
import { operation } from "./operation.js"
import { pathOf, type Place, Tree } from "./tree.js"
import { closeQuietly, copyWhole } from "./whole.js"

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
      const stats = stat(fd)
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

  directory(fd: number, stats: BigIntStats, to: Slot): Effect.Effect<void, PlatformError> {
    if (this.#targets.has(identity(stats))) return this.fails("EINVAL")
    return Effect.scoped(Effect.gen(this, function*() {
      const made = yield* this.step(() => {
        const there = statName(pathOf(to))
        if (there === undefined) mkdirSync(pathOf(to))
        else if (!there.isDirectory()) throw errnoError("EISDIR", "cp")
        return there === undefined
      })
      const copied = yield* this.held(pathOf(to), O_HANDLE | O_DIRECTORY)
      yield* this.into(fd, copied)
      if (made) yield* this.step(() => chmodSync(descriptorPath(copied), modeOf(stats)))
    }))
  }

  into(fd: number, copied: number): Effect.Effect<void, PlatformError> {
    return Effect.suspend(() => {
      this.#targets.add(identity(stat(copied)))
      return this.each(
        fd,
        (name) => this.entry({ directory: fd, name }, { directory: copied, name, slash: false })
      )
    })
  }

  link(from: Place, to: Slot): Effect.Effect<void, PlatformError> {
    return this.step(() => {
      const target = toNode(readlink(`${descriptorPath(from.directory)}/${from.name}`))
      if (this.#clear(to)) symlinkSync(target, slotPath(to))
    })
  }

  /** The source is opened first: where it cannot be read, what it was to replace stays. */
  content(fd: number, stats: BigIntStats, to: Slot): Effect.Effect<void, PlatformError> {
    const source = this.step(() => this.#isTaken(to) && !this.#overwrite ? undefined : reopen(fd, constants.O_RDONLY))
    return Effect.acquireUseRelease(
      source,
      (from) =>
        from === undefined
          ? Effect.void
          : copyWhole(this, from, () => this.#place(to, modeOf(stats)), (copied) => this.#finish(from, copied)),
      (from) => Effect.sync(() => from === undefined ? undefined : closeQuietly(from))
    )
  }

  #place(to: Slot, mode: number): Opened {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW | WITHOUT_WAITING
    this.#clear(to)
    return { fd: openSync(slotPath(to), flags, mode), made: to }
  }

  /**
   * As `fs.cp` leaves a file: with the times that the source has after it was read, and the whole mode, whose set-id bits
   * the kernel took when a user who is not root wrote. It sets the times of files alone, of no directory and no link.
   */
  #finish(from: number, copied: number): void {
    const { atime, mode, mtime } = stat(from)
    if (this.#preserveTimestamps) futimesSync(copied, atime, mtime)
    fchmodSync(copied, Number(mode) & 0o7777)
  }

  /** Whether a file or a link would have to make room for another; a directory never does. */
  #isTaken(to: Slot): boolean {
    const there = statName(pathOf(to))
    if (there?.isDirectory() === true) throw errnoError("ENOTDIR", "cp")
    return there !== undefined
  }

  /** Makes room for a file or a link, and says whether there is any. */
  #clear(to: Slot): boolean {
    const taken = this.#isTaken(to)
    if (taken && this.#overwrite) unlinkSync(pathOf(to))
    return !taken || this.#overwrite
  }

  fails(errno: string): Effect.Effect<never, PlatformError> {
    return this.step(() => {
      throw errnoError(errno, "cp")
    })
  }
}

const modeOf = ({ mode }: BigIntStats): number => Number(mode) & 0o7777

/** What a copy is made of and where it goes: into a directory that is there, or to a name. */
interface CopyPlan {
  readonly from: number
  readonly source: Place | undefined
  readonly to: { readonly into: number } | Slot
}

const identity = ({ dev, ino }: Identity): string => `${dev}:${ino}`

/** As Node's `fs.cp` decides: nothing onto itself, and no directory in a file's place. */
const checkExchange = (source: BigIntStats, target: BigIntStats): void => {
  if (isSame(source, target)) throw errnoError("EINVAL", "cp")
  if (source.isDirectory() && !target.isDirectory()) throw errnoError("EISDIR", "cp")
  if (!source.isDirectory() && target.isDirectory()) throw errnoError("ENOTDIR", "cp")
}

/** Nothing is copied into itself; directories that the place lacks are made. */
const plan = (inside: Inside, fromPath: string, toPath: string, hold: Hold): CopyPlan => {
  const from = inside.kept(fromPath, hold)
  const stats = stat(from)
  const there = inside.ifThere(toPath, hold)
  if (there !== undefined) checkExchange(stats, stat(there))
  for (const above of inside.ancestors(toPath, hold)) {
    if (isSame(stats, above)) throw errnoError("EINVAL", "cp")
  }
  if (there === undefined) makeAll(inside, split(toPath).before || "/", undefined, hold)
  const source = inside.slot(fromPath, hold)
  if (there !== undefined && stats.isDirectory()) return { from, source, to: { into: there } }
  const slot = inside.slot(toPath, hold)
  if (slot === undefined) throw errnoError("EINVAL", "cp")
  return { from, source, to: slot }
}

/** @internal */
export const copy = (
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
      Effect.suspend(() => "into" in to ? copying.into(from, to.into) : copying.file(from, source, to)),
    ({ hold }) => Effect.sync(() => hold[Symbol.dispose]())
  )
}
