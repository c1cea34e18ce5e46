/** Lists what is in a directory, and below it; links are listed and not entered. */
import type { PlatformError } from "@effect/platform/Error"
import * as Effect from "effect/Effect"
import { fstatSync } from "node:fs"
import { names } from "./content.js"
import { O_HANDLE } from "./foundFiles.js"
import type { Inside } from "./inside.js"
import { operation } from "./operation.js"
import { pathOf, type Place, Tree } from "./tree.js"

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

/** @internal */
export const readDirectory = (inside: Inside, path: string, recursive: boolean) =>
  recursive
    ? Effect.acquireUseRelease(
      operation("readDirectory", path, (hold) => ({ fd: inside.existing(path, hold), hold: hold.keep() })),
      ({ fd }) => {
        const listing = new Listing("readDirectory", path)
        return Effect.as(listing.below(fd, ""), listing.found)
      },
      ({ hold }) => Effect.sync(() => hold[Symbol.dispose]())
    )
    : operation("readDirectory", path, (hold) => [...names(inside.existing(path, hold))])
