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

/** The seed takes `.` and `..` off its text without asking whether the directory may be searched. */
const withoutSearch = (ask: Lookup<string>): Lookup<string> => (asked) =>
  asked.name === "." ? Effect.succeed({ _tag: "Directory", handle: asked.directory.handle }) : ask(asked)

/** @internal */
export const evalSymlinks = (path: string, root: string, handling: Handling) =>
  Effect.flatMap(FileSystem, (fs) => {
    // Lookups would fail one by one with an error of the file system's making.
    if (path.includes("\0")) {
      return Effect.fail(new InvalidPath({ root, path, at: RootedPath.root, code: "EINVAL" }))
    }
    const asked = path === "" ? "/" : path
    return Effect.flatMap(
      drive(root, asked, withoutSearch(lookup(fs)), policies[handling]),
      (outcome) => fromOutcome(root, path, outcome)
    )
  })
