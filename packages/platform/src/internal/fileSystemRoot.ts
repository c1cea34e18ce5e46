/** A root over any `FileSystem`, whose handles are paths of that file system. */
import type { PlatformError } from "@effect/platform/Error"
import { FileSystem } from "@effect/platform/FileSystem"
import type * as Walk from "@procfsroot/path/Walk"
import { withoutSlashes } from "@procfsroot/vfs/Path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { RootUnavailable } from "../ResolveError.js"
import { caching, drive, type Lookup } from "./drive.js"
import { errnoOf, exactErrno } from "./errno.js"
import * as EventLoop from "./eventLoop.js"
import { make, tag } from "./root.js"

type Entry = Walk.Entry<string>

/** A link's target, or a name, that has bytes which a `FileSystem` of strings cannot represent. */
const notText: Walk.Fault = { _tag: "Fault", cause: { code: "EILSEQ" } }

/** Node replaces bytes that are not UTF-8 by it, so that two targets may read the same. */
const REPLACEMENT = "\ufffd"

/**
 * Whether the target that a `FileSystem` returns is the one that the link has.
 *
 * @internal
 */
export const isLossless = (target: string): boolean => target.isWellFormed() && !target.includes(REPLACEMENT)

/**
 * `FileSystem` has no `lstat`: a name is a link if `readLink` succeeds, and if that fails with EINVAL, `stat` says what
 * else it is. The errors of fakes may have no errno; then `stat` decides between "not a link" and "missing".
 *
 * @internal
 */
export const lookup = (fs: FileSystem): Lookup<string> => {
  const byStat = (handle: string): Effect.Effect<Entry> =>
    Effect.match(fs.stat(handle), {
      onSuccess: ({ type }): Entry => ({ _tag: type === "Directory" ? "Directory" : "Other", handle }),
      onFailure: missingOrFault
    })

  return ({ directory, name }) => {
    const handle = `${directory.handle}/${name}`
    if (!name.isWellFormed()) return Effect.succeed(notText)
    if (name === ".") return searchable(fs, directory.handle)
    return Effect.matchEffect(fs.readLink(handle), {
      onSuccess: (target) =>
        Effect.succeed<Entry>({
          _tag: "SymbolicLink",
          target,
          handle,
          ...(isLossless(target) ? {} : { unreadable: notText })
        }),
      onFailure: (error) => {
        const errno = exactErrno(error)
        if (errno === "EINVAL") return byStat(handle)
        if (errno !== undefined || errnoOf(error) === "EACCES") return Effect.succeed(missingOrFault(error))
        return Effect.map(
          byStat(handle),
          (entry) => entry._tag === "Missing" && errnoOf(error) !== "ENOENT" ? missingOrFault(error) : entry
        )
      }
    })
  }
}

const missingOrFault = (error: PlatformError): Entry =>
  errnoOf(error) === "ENOENT" ? { _tag: "Missing" } : { _tag: "Fault", cause: error }

/** The directory is known to exist; the only question is whether it may be searched. */
const searchable = (fs: FileSystem, handle: string): Effect.Effect<Entry> =>
  Effect.match(fs.stat(`${handle}/.`), {
    onSuccess: (): Entry => ({ _tag: "Directory", handle }),
    onFailure: (error): Entry =>
      errnoOf(error) === "ENOENT" ? { _tag: "Directory", handle } : { _tag: "Fault", cause: error }
  })

/** @internal */
export const layer = (path: string) =>
  Layer.effect(
    tag,
    Effect.gen(function*() {
      const fs = yield* FileSystem
      const info = yield* Effect.mapError(fs.stat(path), (cause) =>
        new RootUnavailable({ root: path, code: errnoOf(cause) ?? "UNKNOWN", cause }))
      if (info.type !== "Directory") {
        return yield* new RootUnavailable({ root: path, code: "ENOTDIR" })
      }
      const lookupIn = lookup(fs)
      // `/` in front of names is empty, so that they are joined by one slash.
      const handle = withoutSlashes(path)
      return make({
        path,
        walk: (path, policy) =>
          drive(handle, path, lookupIn, policy),
        batch: (policy, maxRemembered) =>
          Effect.sync(() => {
            const lookupOnce = caching(lookupIn, maxRemembered)
            return (paths, read) =>
              EventLoop.forEach(
                paths,
                (path) => Effect.map(drive(handle, path, lookupOnce, policy), (outcome) => read(path, outcome))
              )
          })
      })
    })
  )
