/**
 * The root of another process, through `/proc/<pid>/root`.
 *
 * @since 0.1.0
 */
import type { FileSystem } from "@effect/platform/FileSystem"
import type { RootUnavailable } from "@procfsroot/platform/ResolveError"
import type { Root } from "@procfsroot/platform/Root"
import * as Data from "effect/Data"
import type * as Layer from "effect/Layer"
import * as internal from "./internal/wormhole.js"
import type * as NodeRoot from "./NodeRoot.js"
import type * as NodeRootFileSystem from "./NodeRootFileSystem.js"

/**
 * There is no process of that number, as far as the caller can see: it has ended, it is in another PID namespace, or
 * procfs hides it (`hidepid` in `proc(5)`).
 *
 * @since 0.1.0
 * @category errors
 */
export class ProcessNotFound extends Data.TaggedError("ProcessNotFound")<{ readonly pid: number }> {
  readonly code = "ESRCH"
  override get message(): string {
    return `There is no process ${this.pid} here: it has ended, or it belongs to another PID namespace (${this.code}).`
  }
}

/**
 * The process has ended and waits for its parent to take note; it has no root any more.
 *
 * @since 0.1.0
 * @category errors
 */
export class ProcessIsZombie extends Data.TaggedError("ProcessIsZombie")<{ readonly pid: number }> {
  readonly code = "ESRCH"
  override get message(): string {
    return `The process ${this.pid} is a zombie: it has ended and has no root any more (${this.code}).`
  }
}

/**
 * The process is there, but the caller may not look through its root, which takes the right to trace it: the same user
 * and no more capabilities, or CAP_SYS_PTRACE (`PTRACE_MODE_READ_FSCREDS` in `ptrace(2)`, `proc(5)`).
 *
 * @since 0.1.0
 * @category errors
 */
export class ProcessNotPermitted extends Data.TaggedError("ProcessNotPermitted")<{
  readonly pid: number
  readonly code: "EACCES" | "EPERM"
}> {
  override get message(): string {
    return `The root of the process ${this.pid} cannot be opened: that takes the right to trace it, which the user it ` +
      `runs as has unless it is protected, and whoever has CAP_SYS_PTRACE, as root (${this.code}).`
  }
}

/**
 * Why the root of a process cannot be used; `RootUnavailable` for what is none of the others.
 *
 * @since 0.1.0
 * @category errors
 */
export type WormholeError = ProcessNotFound | ProcessIsZombie | ProcessNotPermitted | RootUnavailable

/**
 * Which process, and how its root is asked.
 *
 * @since 0.1.0
 * @category models
 */
export interface RootOptions extends NodeRoot.Options {
  /** As the caller's procfs counts it. */
  readonly pid: number
}

/**
 * Which process, and how its files may be used.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileSystemOptions extends NodeRootFileSystem.Options {
  /** As the caller's procfs counts it. */
  readonly pid: number
}

/**
 * The `Root` of a process. It is opened once: that the process ends, that its number is given to another, or that it
 * changes its root, changes nothing.
 *
 * @example
 * import { Root } from "@procfsroot/platform"
 * import { Wormhole } from "@procfsroot/platform-node"
 * import * as Effect from "effect/Effect"
 *
 * const docker = Root.resolve("/var/run/docker.sock").pipe(
 *   Effect.provide(Wormhole.layer({ pid: 1 })),
 *   Effect.catchTag("ProcessNotPermitted", () => Effect.fail("run this with CAP_SYS_PTRACE"))
 * )
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: (options: RootOptions) => Layer.Layer<Root, WormholeError> = internal.layer

/**
 * A race-free `FileSystem` inside the root of a process, and the `Root`, as `NodeRootFileSystem.layer` gives them.
 *
 * @example
 * import { FileSystem } from "@effect/platform/FileSystem"
 * import { Wormhole } from "@procfsroot/platform-node"
 * import * as Effect from "effect/Effect"
 *
 * const release = (pid: number) =>
 *   Effect.flatMap(FileSystem, (fs) => fs.readFileString("/etc/os-release")).pipe(
 *     Effect.provide(Wormhole.fileSystem({ pid, readOnly: true }))
 *   )
 *
 * @since 0.1.0
 * @category layers
 */
export const fileSystem: (options: FileSystemOptions) => Layer.Layer<FileSystem | Root, WormholeError> =
  internal.fileSystem
