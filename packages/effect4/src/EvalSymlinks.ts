/**
 * The function of the Go module procfsroot, with its own rules, for programs that are ported from Go. New programs use
 * a `Root`, which resolves as the kernel does.
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
 * - `full`: every link is followed, and every name must exist (`EvalFullPath` in Go).
 * - `exceptLast`: the last name is not looked up. It may be a link, or missing (`EvalExceptLast` in Go).
 *
 * @since 0.1.0
 * @category models
 */
export type Handling = "full" | "exceptLast"

/**
 * Resolves `path` inside `root` as Go's procfsroot does. These are the differences from the kernel:
 *
 * - a `..` at the root is an error (`EscapesRoot`), in the path or in a link;
 * - 255 links may be followed, the 256th is `TooManySymlinks`;
 * - the empty path is `/`, and for `/` the root is not even looked up;
 * - a path of any length is walked, but a file whose host path has 4,096 bytes or more is `NameTooLong`;
 * - `.` and `..` need no search permission;
 * - the magic links of procfs are followed as if their text were a path.
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
