/** Lists what is in a directory, and below it; links are listed and not entered. */
import type { PlatformError } from "@effect/platform/Error"
import * as Effect from "effect/Effect"
import { fstatSync } from "node:fs"
import { type FoundFile, FoundFiles, O_HANDLE } from "./foundFiles.js"
import type { Inside } from "./inside.js"
import { names } from "./names.js"
import { operation } from "./operation.js"
import { Tree } from "./tree.js"

/** Every name below a directory, with the directories it is in. */
class Listing extends Tree {
  readonly found: Array<string> = []

  below(directory: FoundFile, prefix: string): Effect.Effect<void, PlatformError> {
    return this.each(directory, (child) => {
      const { name } = child
      this.found.push(prefix + name)
      return this.open(
        child,
        O_HANDLE,
        (file) => fstatSync(file.fd).isDirectory() ? this.below(file, `${prefix}${name}/`) : Effect.void
      )
    })
  }
}

/** @internal */
export const readDirectory = (inside: Inside, path: string, recursive: boolean) => {
  const listing = new Listing("readDirectory", path)
  return Effect.acquireUseRelease(
    operation("readDirectory", path, (hold) => ({ fd: inside.existing(path, hold), hold: hold.keep() })),
    ({ fd, hold }) =>
      recursive
        ? Effect.as(listing.below(new FoundFiles(hold).top(fd), ""), listing.found)
        : Effect.map(names("readDirectory", path, fd), (all) => [...all]),
    ({ hold }) => Effect.sync(() => hold[Symbol.dispose]())
  )
}
