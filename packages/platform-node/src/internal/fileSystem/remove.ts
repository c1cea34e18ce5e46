/** Removes files, and trees from the inside out. */
import type { PlatformError } from "@effect/platform/Error"
import type { RemoveOptions } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import { fstatSync, rmdirSync, unlinkSync } from "node:fs"
import { O_DIRECTORY } from "../constants.js"
import { O_HANDLE } from "./foundFiles.js"
import { errnoError } from "../errnoError.js"
import { type Inside, split } from "./inside.js"
import { slotPath } from "./metadata.js"
import { operation } from "./operation.js"
import { codeOf, pathOf, type Place, Tree } from "./tree.js"

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

/** @internal */
export const remove = (
  inside: Inside,
  path: string,
  { force = false, recursive = false }: RemoveOptions
): Effect.Effect<void, PlatformError> => {
  const removal = new Removal("remove", path)
  const found = operation("remove", path, (hold) => {
    const isDirectory = fstatSync(inside.kept(path, hold)).isDirectory()
    // The code and the call of Node's `fs.rm`.
    if (isDirectory && !recursive) throw errnoError("ERR_FS_EISDIR", "rm")
    const slot = inside.slot(path, hold)
    if (slot === undefined) throw errnoError(notAName[split(path).name] ?? "EBUSY", "rmdir")
    return { slot, isDirectory, hold: hold.keep() }
  })
  const removed = Effect.acquireUseRelease(
    found,
    ({ isDirectory, slot }) =>
      isDirectory ? removal.directory(slot, slotPath(slot)) : removal.step(() => unlinkSync(slotPath(slot))),
    ({ hold }) => Effect.sync(() => hold[Symbol.dispose]())
  )
  return force
    ? Effect.catchIf(removed, (error) => error._tag === "SystemError" && error.reason === "NotFound", () => Effect.void)
    : removed
}
