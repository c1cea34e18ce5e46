/** `evalSymlinks` of Go's procfsroot, over Effect's `FileSystem`. */
import { FileSystem } from "./needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/FileSystem.js"
import * as Policy from "@procfsroot/path/Policy"
import * as RootedPath from "@procfsroot/path/RootedPath"
import { type Lookup, lookup } from "@procfsroot/vfs/HostFileSystem"
import * as Effect from "effect/Effect"
import type { Handling } from "../EvalSymlinks.js"
import { InvalidPath } from "../ResolveError.js"
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
export const evalSymlinks = (path: string, root: string, handling: Handling) =>
  Effect.flatMap(FileSystem, (fs) => {
    // Without this check, a lookup would fail with an error of the file system.
    if (path.includes("\0")) {
      return Effect.fail(new InvalidPath({ root, path, at: RootedPath.root, code: "EINVAL" }))
    }
    return Effect.flatMap(
      walk(
        root,
        path || "/",
        withoutSearch(lookup(hostFileSystem(fs))),
        policies[Policy.choose("handling", ["full", "exceptLast"], handling)]
      ),
      (outcome) => fromOutcome(root, path, outcome)
    )
  })
