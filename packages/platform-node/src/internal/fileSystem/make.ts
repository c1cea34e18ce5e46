/** The operations that make directories, and temporary ones. */
import type { PlatformError } from "@effect/platform/Error"
import type { FileSystem, MakeTempDirectoryOptions, MakeTempFileOptions } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { randomBytes } from "node:crypto"
import { closeSync, fstatSync, mkdirSync } from "node:fs"
import type { Hold } from "./hold.js"
import { type Inside, split } from "./inside.js"
import { slotPath } from "./metadata.js"
import { flagsOf, openFile } from "./open.js"
import { errnoError } from "../errnoError.js"
import { operation } from "./operation.js"
import { remove } from "./remove.js"

const makeOne = (inside: Inside, path: string, mode: number | undefined, hold: Hold): void => {
  const slot = inside.slot(path, hold)
  if (slot === undefined) throw errnoError("EEXIST", "mkdir")
  mkdirSync(slotPath(slot), { mode })
}

/**
 * Makes every directory that the path lacks, from the first to the last. Nothing is made for a link that dangles.
 *
 * @internal
 */
export const makeAll = (inside: Inside, path: string, mode: number | undefined, hold: Hold): void => {
  const outcome = inside.making(path, (place) => {
    try {
      mkdirSync(place, { mode })
    } catch (error) {
      // Somebody else has made it meanwhile: it is looked at like any other.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error
    }
  }, hold)
  if (outcome._tag === "Resolved") {
    if (fstatSync(outcome.place.handle.fd).isDirectory()) return
    throw errnoError("EEXIST", "mkdir")
  }
  // What is missing now is what a link leads to; with more after that link, Node says that the link is not a directory.
  if (outcome.reason._tag !== "Missing" || split(outcome.remaining).before === "") inside.fail(path, outcome)
  throw errnoError("ENOTDIR", "mkdir")
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

const directory = (inside: Inside, options: MakeTempDirectoryOptions = {}, hold: Hold): string =>
  makeTemporary(inside, temporaryPrefix(options), hold)

const file = (inside: Inside, options: MakeTempFileOptions = {}, hold: Hold): string => {
  const path = `${directory(inside, options, hold)}/${randomBytes(6).toString("hex")}${options.suffix ?? ""}`
  closeSync(openFile(inside, path, flagsOf["wx+"], undefined, hold))
  return path
}

const temporary = (inside: Inside, method: string, make: typeof file) => (options: MakeTempFileOptions = {}) =>
  operation(method, temporaryPrefix(options), (hold) => make(inside, options, hold))

/** Something temporary, whose directory goes with the scope; that may end after the root's own, which is kept open for it. */
const scoped = (
  inside: Inside,
  method: string,
  make: typeof file,
  directoryOf: (path: string) => string
) =>
(options: MakeTempFileOptions = {}): Effect.Effect<string, PlatformError, Scope.Scope> => {
  const prefix = temporaryPrefix(options)
  const made = Effect.acquireRelease(
    operation(method, prefix, (hold) => {
      const held = inside.retain(prefix)
      try {
        return { held, path: make(held, options, hold) }
      } catch (error) {
        held.close()
        throw error
      }
    }),
    ({ held, path }) =>
      Effect.ensuring(
        Effect.orDie(remove(held, directoryOf(path), { recursive: true })),
        Effect.sync(() => held.close())
      )
  )
  return Effect.map(made, ({ path }) => path)
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/"))

/** @internal */
export const make = (inside: Inside): Makers => ({
  makeDirectory: (path, { mode, recursive = false } = {}) =>
    operation("makeDirectory", path, (hold) => (recursive ? makeAll : makeOne)(inside, path, mode, hold)),
  makeTempDirectory: temporary(inside, "makeTempDirectory", directory),
  makeTempDirectoryScoped: scoped(inside, "makeTempDirectoryScoped", directory, (path) => path),
  makeTempFile: temporary(inside, "makeTempFile", file),
  makeTempFileScoped: scoped(inside, "makeTempFileScoped", file, parentOf)
})
