/**
 * The root of another process, through `/proc/<pid>/root`.
 *
 * @since 0.1.0
 */
import type { FileSystem } from "@effect/platform/FileSystem"
import type { Root } from "@procfsroot/platform/Root"
import type { RootDirectory } from "@procfsroot/platform/RootDirectory"
import type { Wormhole } from "@procfsroot/platform/Wormhole"
import type * as Layer from "effect/Layer"
import * as internal from "./internal/wormhole.js"
import type * as NodeRoot from "./NodeRoot.js"
import type * as NodeRootFileSystem from "./NodeRootFileSystem.js"
import type { WormholeError } from "./WormholeError.js"

/**
 * Which process, and how paths in its root are resolved.
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
 * The `Root` of a process. It is opened once: nothing changes if the process ends, its PID is reused, or it changes its
 * root.
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
 * A race-free `FileSystem` inside the root of a process, the `RootDirectory` and the `Root`, like those of
 * `NodeRootFileSystem.layer`.
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
export const fileSystem: (options: FileSystemOptions) => Layer.Layer<FileSystem | Root | RootDirectory, WormholeError> =
  internal.fileSystem

/**
 * The `Wormhole` of `@procfsroot/platform`, for programs that a test runs with `MemoryProcesses`: roots of real processes.
 *
 * @since 0.1.0
 * @category layers
 */
export const live: Layer.Layer<Wormhole> = internal.live
