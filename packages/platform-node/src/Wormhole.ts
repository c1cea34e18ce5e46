/**
 * Opens the root of another process through `/proc/<pid>/root`.
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
 * The process, and the options of its root.
 *
 * @since 0.1.0
 * @category models
 */
export interface RootOptions extends NodeRoot.Options {
  /** The PID of the process, as in the caller's `/proc`. */
  readonly pid: number
}

/**
 * The process, and the options of its file system.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileSystemOptions extends NodeRootFileSystem.Options {
  /** The PID of the process, as in the caller's `/proc`. */
  readonly pid: number
}

/**
 * Provides the `Root` of a process. The root is opened only once, so it stays the same if the process ends, its PID is
 * reused, or it changes its root.
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
 * Provides a race-free `FileSystem` inside the root of a process, its `RootDirectory` and its `Root`, like those of
 * `NodeRootFileSystem.layer`. The root keeps its mounts after the process has ended, since the mount namespace is held
 * open until the scope closes.
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
 * Provides the `Wormhole` of `@procfsroot/platform`, which opens the roots of real processes. In tests, use
 * `MemoryProcesses` instead.
 *
 * @since 0.1.0
 * @category layers
 */
export const live: Layer.Layer<Wormhole> = internal.live

/**
 * The same, with options for the roots that it opens. For example, `offMainThread` protects the program from a mount in
 * a container that does not respond.
 *
 * @example
 * import { Wormhole } from "@procfsroot/platform-node"
 *
 * const careful = Wormhole.liveWith({ offMainThread: true })
 *
 * @since 0.1.0
 * @category layers
 */
export const liveWith: (options: NodeRoot.Options) => Layer.Layer<Wormhole> = internal.liveWith
