/**
 * Where the plain Node file system is not what the kernel, or the contract of `FileSystem`, asks for: the few places in
 * which the oracle is corrected, each with its reason.
 */
import { SystemError } from "@effect/platform/Error"
import { FileSystem } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Fs from "node:fs"
import { join, relative } from "node:path"
import type { Case, Report } from "./model.js"

/** Methods that ask Node for something else than the layer does. */
export const corrected = Layer.effect(
  FileSystem,
  Effect.map(FileSystem, (fs) =>
    FileSystem.of({
      ...fs,
      // `fs.realpath` removes `..` and slashes from the text before it looks; the native one is realpath(3).
      realPath: (path) => ask("realPath", path, () => Fs.promises.realpath(path)),
      // `fs.cp` rewrites relative links from the text of the path; `cp -r`, as which `copy` is documented, keeps them.
      copy: (from, to, options) =>
        ask("copy", from, () =>
          Fs.promises.cp(from, to, {
            force: options?.overwrite ?? false,
            preserveTimestamps: options?.preserveTimestamps ?? false,
            recursive: true,
            verbatimSymlinks: true
          })),
      // Without `withFileTypes` Node goes through links, where a link to a parent makes a listing 40 levels deep.
      readDirectory: (path, options) =>
        options?.recursive === true
          ? ask("readDirectory", path, async () =>
            (await Fs.promises.readdir(path, { recursive: true, withFileTypes: true }))
              .map(({ name, parentPath }) => relative(path, join(parentPath, name))))
          : fs.readDirectory(path, options)
    }))
)

const reasons: Readonly<Record<string, SystemError["reason"]>> = {
  EACCES: "PermissionDenied",
  EBUSY: "Busy",
  EEXIST: "AlreadyExists",
  EISDIR: "BadResource",
  ELOOP: "BadResource",
  ENOENT: "NotFound",
  ENOTDIR: "BadResource"
}

const ask = <A>(method: string, path: string, call: () => Promise<A>): Effect.Effect<A, SystemError> =>
  Effect.tryPromise({
    try: call,
    catch: (cause) =>
      new SystemError({
        module: "FileSystem",
        method,
        reason: reasons[(cause as NodeJS.ErrnoException).code ?? ""] ?? "Unknown", // what node:fs rejects with
        pathOrDescriptor: path,
        cause
      })
  })

interface Correction {
  readonly reason: string
  readonly applies: (testCase: Case, report: Report) => boolean
  readonly report: (report: Report) => Report
}

/** Answers that are wrong whatever Node is asked for. */
const corrections: ReadonlyArray<Correction> = []

/** What the oracle should have said. */
export const correct = (testCase: Case, report: Report): Report =>
  corrections.find(({ applies }) => applies(testCase, report))?.report(report) ?? report
