/** The operations of `FileSystem` that go through directories. */
import type { FileSystem } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import { copy } from "./copy.js"
import type { Inside } from "./inside.js"
import { readDirectory } from "./list.js"
import { remove } from "./remove.js"

/** How many of these operations may hold their directories at once; the others wait. */
const CONCURRENT = 16

type Trees = Pick<FileSystem, "copy" | "readDirectory" | "remove">

/** @internal */
export const make = (inside: Inside): Trees => {
  const limited = Effect.unsafeMakeSemaphore(CONCURRENT).withPermits(1)
  return {
    copy: (fromPath, toPath, options = {}) => limited(copy(inside, fromPath, toPath, options)),
    readDirectory: (path, { recursive = false } = {}) => limited(readDirectory(inside, path, recursive)),
    remove: (path, options = {}) => limited(remove(inside, path, options))
  }
}
