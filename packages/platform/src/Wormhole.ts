/**
 * A service that opens the roots of processes. In production it opens `/proc/<pid>/root` (`Wormhole.live` of
 * `@procfsroot/platform-node`). Tests replace it by a fake (`MemoryProcesses`).
 *
 * @since 0.1.0
 */
import type { FileSystem } from "@effect/platform/FileSystem"
import type { PathPolicy } from "@procfsroot/vfs/PathPolicy"
import type * as Context from "effect/Context"
import type * as Layer from "effect/Layer"
import * as internal from "./internal/wormhole.js"
import type { Root } from "./Root.js"
import type { RootDirectory } from "./RootDirectory.js"
import type { WormholeError } from "./WormholeError.js"

/**
 * The process whose root to open.
 *
 * @since 0.1.0
 * @category models
 */
export interface RootOptions {
  /** The PID of the process, as in the caller's `/proc`. */
  readonly pid: number
}

/**
 * The process, and the policy of its file system, which applies to every path of every operation of the `FileSystem`.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileSystemOptions extends RootOptions, PathPolicy {
  /** Make every operation that would change something fail with `EROFS`, before it looks anything up. */
  readonly readOnly?: boolean | undefined
}

/**
 * The service that opens the roots of processes.
 *
 * @since 0.1.0
 * @category models
 */
export interface Wormhole {
  /** Provides the `Root` of a process. */
  readonly layer: (options: RootOptions) => Layer.Layer<Root, WormholeError>
  /** Provides a `FileSystem` inside the root of a process, its `RootDirectory` and its `Root`. */
  readonly fileSystem: (
    options: FileSystemOptions
  ) => Layer.Layer<FileSystem | Root | RootDirectory, WormholeError>
}

/**
 * The tag of the service `Wormhole`.
 *
 * @since 0.1.0
 * @category tags
 */
export const Wormhole: Context.Tag<Wormhole, Wormhole> = internal.tag

/**
 * Provides the `Root` of a process, opened by the `Wormhole` in the context. It is opened only once, so it stays that
 * of this process if the process ends or its PID is reused. If a program has several `Wormhole`s, wrap `layer` in
 * `Layer.fresh`, since Effect builds it once for all of them.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: (options: RootOptions) => Layer.Layer<Root, WormholeError, Wormhole> = internal.layer

/**
 * Provides a `FileSystem` inside the root of a process, its `RootDirectory` and its `Root`, opened by the `Wormhole` in
 * the context. If a program has several `Wormhole`s, wrap it in `Layer.fresh`, like `layer`.
 *
 * @example
 * import { FileSystem } from "@effect/platform/FileSystem"
 * import { Wormhole } from "@procfsroot/platform"
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
export const fileSystem: (
  options: FileSystemOptions
) => Layer.Layer<FileSystem | Root | RootDirectory, WormholeError, Wormhole> = internal.fileSystem
