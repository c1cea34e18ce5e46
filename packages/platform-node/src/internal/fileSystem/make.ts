/** The operations that make directories, and temporary ones. */
import type { PlatformError } from "@effect/platform/Error"
import type { FileSystem, MakeTempDirectoryOptions, MakeTempFileOptions } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import { randomBytes } from "node:crypto"
import { closeSync, fstatSync, lstatSync, mkdirSync } from "node:fs"
import { childPath } from "./descriptorWalk.js"
import type { Hold } from "./hold.js"
import { type Inside, split } from "./inside.js"
import { slotPath } from "./metadata.js"
import { flagsOf, openFile } from "./open.js"
import { errnoError } from "./errnoError.js"
import { operation } from "./operation.js"

const makeOne = (inside: Inside, path: string, mode: number | undefined, hold: Hold): void => {
  const slot = inside.slot(path, hold)
  if (slot === undefined) throw errnoError("EEXIST", "mkdir")
  mkdirSync(slotPath(slot), { mode })
}

/**
 * Makes the first directory that the path lacks, until it lacks none. Nothing is made for a link that dangles.
 *
 * @internal
 */
export const makeAll = (inside: Inside, path: string, mode: number | undefined, hold: Hold): void => {
  while (true) {
    const outcome = inside.outcome(path, hold)
    if (outcome._tag === "Resolved") {
      if (fstatSync(outcome.place.handle).isDirectory()) return
      throw errnoError("EEXIST", "mkdir")
    }
    const [name = ""] = outcome.remaining.split("/", 1)
    if (outcome.reason._tag !== "Missing" || name === "") inside.fail(path, outcome)
    const place = childPath(outcome.deepest.handle, name)
    try {
      mkdirSync(place, { mode })
    } catch (error) {
      // Somebody else may have made it. A link that is there dangles; with more behind it, Node calls it no directory.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error
      if (lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() !== true) continue
      if (split(outcome.remaining).before === "") inside.fail(path, outcome)
      throw errnoError("ENOTDIR", "mkdir")
    }
  }
}

const ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/** How often a random name may be taken before something else must be wrong. */
const ATTEMPTS = 100

const random = (length: number): string =>
  Array.from(randomBytes(length), (byte) => ALPHABET[byte % ALPHABET.length]).join("")

/** As `mkdtemp(3)`: six characters behind the prefix, for nobody but the caller. */
const makeTemporary = (inside: Inside, prefix: string, hold: Hold): string => {
  for (let attempt = 1;; attempt++) {
    const path = prefix + random(6)
    try {
      makeOne(inside, path, 0o700, hold)
      return path
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || attempt === ATTEMPTS) throw error
    }
  }
}

/** `/tmp` of the root, where nothing else is asked for. */
const temporaryPrefix = ({ directory = "/tmp", prefix = "" }: MakeTempDirectoryOptions): string =>
  `${directory.replace(/\/+$/, "")}/${prefix}`

type Makers = Pick<
  FileSystem,
  "makeDirectory" | "makeTempDirectory" | "makeTempDirectoryScoped" | "makeTempFile" | "makeTempFileScoped"
>

/** @internal */
export const make = (inside: Inside, remove: FileSystem["remove"]): Makers => {
  const directory = (method: string, options: MakeTempDirectoryOptions = {}): Effect.Effect<string, PlatformError> => {
    const prefix = temporaryPrefix(options)
    return operation(method, prefix, (hold) => makeTemporary(inside, prefix, hold))
  }

  const file = (method: string, options: MakeTempFileOptions = {}): Effect.Effect<string, PlatformError> => {
    const prefix = temporaryPrefix(options)
    return operation(method, prefix, (hold) => {
      const path = `${makeTemporary(inside, prefix, hold)}/${randomBytes(6).toString("hex")}${options.suffix ?? ""}`
      closeSync(openFile(inside, path, flagsOf["wx+"], undefined, hold))
      return path
    })
  }

  const gone = (path: string) => Effect.orDie(remove(path, { recursive: true }))

  return {
    makeDirectory: (path, { mode, recursive = false } = {}) =>
      operation("makeDirectory", path, (hold) => (recursive ? makeAll : makeOne)(inside, path, mode, hold)),
    makeTempDirectory: (options) => directory("makeTempDirectory", options),
    makeTempDirectoryScoped: (options) => Effect.acquireRelease(directory("makeTempDirectoryScoped", options), gone),
    makeTempFile: (options) => file("makeTempFile", options),
    makeTempFileScoped: (options) =>
      Effect.acquireRelease(file("makeTempFileScoped", options), (path) => gone(path.slice(0, path.lastIndexOf("/"))))
  }
}
