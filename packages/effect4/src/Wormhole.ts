/**
 * The roots of processes as a service. In production it opens `/proc/<pid>/root` (`Wormhole.live` of
 * `@procfsroot/effect4/node`), in a test it is a fake (`MemoryProcesses`).
 *
 * @since 0.1.0
 */
import "./internal/needs-Effect-4--for-Effect-3-use-@procfsroot/platform.js"
import type { PathPolicy } from "@procfsroot/vfs/PathPolicy"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type { Root } from "./Root.js"
import type { RootDirectory } from "./RootDirectory.js"
import type { WormholeError } from "./WormholeError.js"

/**
 * Which process.
 *
 * @since 0.1.0
 * @category models
 */
export interface RootOptions {
  /** As the caller's procfs counts it. */
  readonly pid: number
}

/**
 * Which process, and how its files may be used. The policy applies to every path of every operation of the `FileSystem`.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileSystemOptions extends RootOptions, PathPolicy {
  /** Every operation that would change something fails with `EROFS`, before anything is looked up. */
  readonly readOnly?: boolean
}

/**
 * What opens the roots of processes.
 *
 * @since 0.1.0
 * @category services
 */
export class Wormhole extends Context.Service<Wormhole, {
  /** The `Root` of a process. */
  readonly layer: (options: RootOptions) => Layer.Layer<Root, WormholeError>
  /** The `FileSystem` inside the root of a process, the `RootDirectory` and the `Root`. */
  readonly fileSystem: (
    options: FileSystemOptions
  ) => Layer.Layer<FileSystem | Root | RootDirectory, WormholeError>
}>()("@procfsroot/effect4/Wormhole") {}

/**
 * The `Root` of a process, from the `Wormhole` in the context. It is opened once: nothing changes if the process ends or
 * its PID is reused.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: RootOptions): Layer.Layer<Root, WormholeError, Wormhole> =>
  Layer.unwrap(Effect.map(Wormhole, (wormhole) => wormhole.layer(options)))

/**
 * A `FileSystem` inside the root of a process, the `RootDirectory` and the `Root`, from the `Wormhole` in the context.
 *
 * @example
 * import { FileSystem } from "effect/FileSystem"
 * import { Wormhole } from "@procfsroot/effect4"
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
export const fileSystem = (
  options: FileSystemOptions
): Layer.Layer<FileSystem | Root | RootDirectory, WormholeError, Wormhole> =>
  Layer.unwrap(Effect.map(Wormhole, (wormhole) => wormhole.fileSystem(options)))
