/**
 * A service that opens the roots of processes. In production it opens `/proc/<pid>/root` (`Wormhole.live` of
 * `@procfsroot/effect4/node`). Tests replace it by a fake (`MemoryProcesses`).
 *
 * @since 0.1.0
 */
import "./internal/needs-Effect-4--for-Effect-3-use-@procfsroot/platform.js"
import * as PathPolicy from "@procfsroot/vfs/PathPolicy"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import * as Layer from "effect/Layer"
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
export interface FileSystemOptions extends RootOptions, PathPolicy.PathPolicy {
  /** Make every operation that would change something fail with `EROFS`, before it looks anything up. */
  readonly readOnly?: boolean | undefined
}

/**
 * The type of the value of the service `Wormhole`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Provides the `Root` of a process. */
  readonly layer: (options: RootOptions) => Layer.Layer<Root, WormholeError>
  /** Provides a `FileSystem` inside the root of a process, its `RootDirectory` and its `Root`. */
  readonly fileSystem: (
    options: FileSystemOptions
  ) => Layer.Layer<FileSystem | Root | RootDirectory, WormholeError>
}

/**
 * The service that opens the roots of processes.
 *
 * @since 0.1.0
 * @category services
 */
export class Wormhole extends Context.Service<Wormhole, Service>()("@procfsroot/effect4/Wormhole") {}

/**
 * A layer that is built once for each `Wormhole`. `Layer.unwrap` would use the first one for the whole program, and
 * `Layer.fresh` would open the process again, which can have ended.
 */
const ofEach = <A>(
  open: (wormhole: Service) => Layer.Layer<A, WormholeError>
): Layer.Layer<A, WormholeError, Wormhole> => {
  const layers = new WeakMap<Service, Layer.Layer<A, WormholeError>>()
  return Layer.fromBuild((memoMap, scope) =>
    Effect.flatMap(Wormhole, (wormhole) => {
      const layer = layers.get(wormhole) ?? open(wormhole)
      layers.set(wormhole, layer)
      return Layer.buildWithMemoMap(layer, memoMap, scope)
    })
  )
}

/**
 * Provides the `Root` of a process, opened by the `Wormhole` in the context. It is opened only once, so it stays that
 * of this process if the process ends or its PID is reused.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: RootOptions): Layer.Layer<Root, WormholeError, Wormhole> => {
  // The caller may change its options before the layer is built.
  const own = { pid: options.pid }
  return ofEach((wormhole) => wormhole.layer(own))
}

/**
 * Provides a `FileSystem` inside the root of a process, its `RootDirectory` and its `Root`, opened by the `Wormhole` in
 * the context.
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
): Layer.Layer<FileSystem | Root | RootDirectory, WormholeError, Wormhole> => {
  // The caller may change its options before the layer is built.
  const { pid, readOnly } = options
  const own = { ...PathPolicy.copy(options), pid, readOnly }
  return ofEach((wormhole) => wormhole.fileSystem(own))
}
