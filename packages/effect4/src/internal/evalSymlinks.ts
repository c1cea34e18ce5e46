/** `evalSymlinks` of Go's procfsroot, over Effect's `FileSystem`. */
import * as Policy from "@procfsroot/path/Policy"
import * as RootedPath from "@procfsroot/path/RootedPath"
import { type Lookup, lookup } from "@procfsroot/vfs/HostFileSystem"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import type { Handling } from "../EvalSymlinks.js"
import { InvalidPath, type ResolveError } from "../ResolveError.js"
import { walk } from "./fileSystemRoot.js"
import { hostFileSystem } from "./hostFileSystem.js"
import { fromOutcome } from "./root.js"

const policies: Readonly<Record<Handling, Policy.Policy>> = {
  full: Policy.make({ containment: "reject" }),
  exceptLast: Policy.make({ containment: "reject", lastComponent: "unchecked" })
}

/** Go's procfsroot removes `.` and `..` from the text of a path without checking search permission. */
const withoutSearch = (lookup: Lookup): Lookup =>
  function*(request) {
    const { directory, name } = request
    return name === "." ? { _tag: "Directory", handle: directory.handle } : yield* lookup(request)
  }

/** @internal */
export const evalSymlinks = Effect.fnUntraced(
  function*(
    path: string,
    root: string,
    handling: Handling
  ): Effect.fn.Return<RootedPath.RootedPath, ResolveError, FileSystem> {
    const fs = yield* FileSystem
    // Without this check, a lookup would fail with an error of the file system.
    if (path.includes("\0")) return yield* new InvalidPath({ root, path, at: RootedPath.root, code: "EINVAL" })
    const lookupIn = withoutSearch(lookup(hostFileSystem(fs)))
    const outcome = yield* walk(
      root,
      path || "/",
      lookupIn,
      policies[Policy.choose("handling", ["full", "exceptLast"], handling)]
    )
    return yield* Effect.fromResult(fromOutcome(root, path, outcome))
  }
)
