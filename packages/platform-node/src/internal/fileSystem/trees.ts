/** The operations of `FileSystem` that go through directories. */
import type { FileSystem } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import { copy } from "./copy.js"
import type { Inside } from "./inside.js"
import { readDirectory } from "./list.js"
import { during } from "./operation.js"
import { remove } from "./remove.js"

/** How many of these operations may hold their directories at once; the others wait. */
const CONCURRENT = 16

type Trees = Pick<FileSystem, "copy" | "readDirectory" | "remove">

/** @internal */
export const make = (inside: Inside): Trees => {
  const limited = Effect.unsafeMakeSemaphore(CONCURRENT).withPermits(1)
  return {
    copy: (fromPath, toPath, options = {}) =>
      during(inside, "copy", fromPath, (held) => limited(copy(held, fromPath, toPath, options))),
    readDirectory: (path, { recursive = false } = {}) =>
      during(inside, "readDirectory", path, (held) => limited(readDirectory(held, path, recursive))),
    remove: (path, options = {}) => during(inside, "remove", path, (held) => limited(remove(held, path, options)))
  }
}
