/**
 * The function of the Go module procfsroot, with the same rules, for programs that are ported from Go. New programs
 * should use a `Root`, which resolves paths as the kernel does.
 *
 * @since 0.1.0
 */
import "./internal/needs-Effect-4--for-Effect-3-use-@procfsroot/platform.js"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import * as internal from "./internal/evalSymlinks.js"
import type { ResolveError } from "./ResolveError.js"

/**
 * What happens to the last name of the path.
 *
 * - `full`: every link is followed, and every name must exist (`EvalFullPath` in Go).
 * - `exceptLast`: the last name is not looked up. It may be a link, or missing (`EvalExceptLast` in Go).
 *
 * @since 0.1.0
 * @category models
 */
export type Handling = "full" | "exceptLast"

/**
 * Resolves `path` inside `root` as Go's procfsroot does. It differs from the kernel in these points:
 *
 * - A `..` at the root, in the path or in a link, fails with `EscapesRoot`.
 * - It follows up to 255 links. The 256th fails with `TooManySymlinks`.
 * - The empty path means `/`. For `/`, it does not check whether the root exists.
 * - The path may have any length, but a file whose host path has 4,096 bytes or more fails with `NameTooLong`.
 * - `.` and `..` require no search permission.
 * - The magic links of procfs are followed as if their text were a path.
 *
 * @example
 * import { EvalSymlinks } from "@procfsroot/effect4"
 *
 * const program = EvalSymlinks.evalSymlinks("/var/run/docker.sock", "/proc/1/root", "full")
 *
 * @since 0.1.0
 * @category resolution
 */
export const evalSymlinks: (
  path: string,
  root: string,
  handling: Handling
) => Effect.Effect<RootedPath, ResolveError, FileSystem> = internal.evalSymlinks
