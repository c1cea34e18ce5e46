/** A root over any `FileSystem`, whose handles are paths of that file system. */
import type * as Policy from "@procfsroot/path/Policy"
import type * as Walk from "@procfsroot/path/Walk"
import * as HostFileSystem from "@procfsroot/vfs/HostFileSystem"
import { withoutSlashes } from "@procfsroot/vfs/Path"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import { isNotUndefined } from "effect/Predicate"
import { RootUnavailable } from "../ResolveError.js"
import type { Root } from "../Root.js"
import { run } from "./asking.js"
import { errnoOf } from "./errno.js"
import * as EventLoop from "./eventLoop.js"
import { hostFileSystem } from "./hostFileSystem.js"
import { fromOutcome, make as makeRoot } from "./root.js"

/**
 * Never fails: the failure of a lookup is part of the outcome.
 *
 * @internal
 */
export const walk = (
  root: string,
  path: string,
  lookup: HostFileSystem.Lookup,
  policy: Policy.Policy
): Effect.Effect<Walk.Outcome<string>> => Effect.orDie(run(() => HostFileSystem.walk(root, path, lookup, policy)))

/** A fake may have no `realPath`, or one that dies. Then every path is walked. */
const byRealPath = (host: HostFileSystem.HostFileSystem, root: string) =>
  Effect.map(Effect.exit(run(() => HostFileSystem.byRealPath(host, root))), (exit) => {
    if (exit._tag === "Failure" || exit.value === undefined) return undefined
    const { value: find } = exit
    return (path: string, policy: Policy.Policy) => Effect.orDie(run(() => find(path, policy)))
  })

/** @internal */
export const make = Effect.fnUntraced(
  function*(path: string): Effect.fn.Return<Root["Service"], RootUnavailable, FileSystem> {
    // Node's error has a code of its own, which is not an errno.
    if (path.includes("\0")) return yield* new RootUnavailable({ root: path, code: "EINVAL" })
    const fs = yield* FileSystem
    const info = yield* Effect.mapError(
      fs.stat(path),
      (cause) => new RootUnavailable({ root: path, code: errnoOf(cause) ?? "UNKNOWN", cause })
    )
    if (info.type !== "Directory") {
      return yield* new RootUnavailable({ root: path, code: "ENOTDIR" })
    }
    const host = hostFileSystem(fs)
    const lookup = HostFileSystem.lookup(host)
    // The result for `/` is empty, so that names are appended with one slash.
    const handle = withoutSlashes(path)
    const find = yield* byRealPath(host, handle)
    return makeRoot({
      path,
      walk: (path, policy) => walk(handle, path, lookup, policy),
      ...(find === undefined ? {} : {
        resolve: (asked: string, policy: Policy.Policy) =>
          Effect.filterOrElse(find(asked, policy), isNotUndefined, () =>
            Effect.flatMap(
              walk(handle, asked, lookup, policy),
              (outcome) => Effect.fromResult(fromOutcome(path, asked, outcome))
            ))
      }),
      batch: (policy, maxRemembered) =>
        Effect.sync(() => {
          const next = HostFileSystem.batch(handle, lookup, maxRemembered)
          return (paths, read) =>
            EventLoop.forEach(
              paths,
              (path) => Effect.map(Effect.orDie(run(() => next(path, policy))), (outcome) => read(path, outcome))
            )
        })
    })
  }
)
