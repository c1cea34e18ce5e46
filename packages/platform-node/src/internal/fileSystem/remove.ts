/** Removes files, and trees from the inside out. */
import type { PlatformError } from "@effect/platform/Error"
import type { RemoveOptions } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import { fstatSync, rmdirSync, unlinkSync } from "node:fs"
import { O_DIRECTORY } from "../constants.js"
import { FoundFiles, O_HANDLE } from "./foundFiles.js"
import { errnoError } from "../errnoError.js"
import { type Inside, split } from "./inside.js"
import { slotPath } from "./metadata.js"
import { operation } from "./operation.js"
import { type Child, childOf, codeOf, pathOf, Tree } from "./tree.js"

class Removal extends Tree {
  /** Unlinks first: a directory says EISDIR, so that nothing has to be known of a file before. */
  entry(child: Child): Effect.Effect<void, PlatformError> {
    return Effect.flatMap(
      this.step(() => {
        try {
          unlinkSync(pathOf(child))
          return true
        } catch (error) {
          if (codeOf(error) === "ENOENT") return true
          if (codeOf(error) === "EISDIR") return false
          throw error
        }
      }),
      (gone) => gone ? Effect.void : this.directory(child)
    )
  }

  directory(child: Child): Effect.Effect<void, PlatformError> {
    return Effect.flatMap(
      this.step(() => {
        try {
          rmdirSync(slotPath(child))
          return true
        } catch (error) {
          if (codeOf(error) === "ENOTEMPTY") return false
          throw error
        }
      }),
      (gone) => {
        if (gone) return Effect.void
        const children = this.open(
          child,
          O_HANDLE | O_DIRECTORY,
          (directory) => this.each(directory, (child) => this.entry(child))
        )
        return Effect.zipRight(children, this.step(() => rmdirSync(slotPath(child))))
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
    const kept = hold.keep()
    const child = childOf(new FoundFiles(kept).top(slot.directory), slot.name, slot.slash)
    return { child, isDirectory, hold: kept }
  })
  const removed = Effect.acquireUseRelease(
    found,
    ({ child, isDirectory }) =>
      isDirectory ? removal.directory(child) : removal.step(() => unlinkSync(slotPath(child))),
    ({ hold }) => Effect.sync(() => hold[Symbol.dispose]())
  )
  return force
    ? Effect.catchIf(removed, (error) => error._tag === "SystemError" && error.reason === "NotFound", () => Effect.void)
    : removed
}
