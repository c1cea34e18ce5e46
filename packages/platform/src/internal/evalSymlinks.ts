import { FileSystem } from "@effect/platform/FileSystem"
import * as Policy from "@procfsroot/path/Policy"
import * as RootedPath from "@procfsroot/path/RootedPath"
import * as Effect from "effect/Effect"
import type { Handling } from "../EvalSymlinks.js"
import { InvalidPath } from "../ResolveError.js"
import { drive, type Lookup } from "./drive.js"
import { lookup } from "./fileSystemRoot.js"
import { fromOutcome } from "./root.js"

const policies: Readonly<Record<Handling, Policy.Policy>> = {
  full: Policy.make({ containment: "reject" }),
  exceptLast: Policy.make({ containment: "reject", lastComponent: "unchecked" })
}

/** Go's procfsroot removes `.` and `..` from its text without checking whether the directory may be searched. */
const withoutSearch = (lookup: Lookup<string>): Lookup<string> => (request) =>
  request.name === "." ? Effect.succeed({ _tag: "Directory", handle: request.directory.handle }) : lookup(request)

/** @internal */
export const evalSymlinks = (path: string, root: string, handling: Handling) =>
  Effect.flatMap(FileSystem, (fs) => {
    // Otherwise each lookup would fail with an error of the file system.
    if (path.includes("\0")) {
      return Effect.fail(new InvalidPath({ root, path, at: RootedPath.root, code: "EINVAL" }))
    }
    return Effect.flatMap(
      drive(root, path || "/", withoutSearch(lookup(fs)), policies[handling]),
      (outcome) => fromOutcome(root, path, outcome)
    )
  })
