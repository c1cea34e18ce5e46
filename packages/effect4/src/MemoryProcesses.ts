/**
 * A fake `Wormhole` for tests of programs that look into containers, which needs no containers, no root and no Linux.
 * Each fake process has a root in a tree in memory, and a `FileSystem` shows what `/proc` would. A process ends when
 * the test ends it, after some time, or in the middle of an operation.
 *
 * @since 0.1.0
 */
import { FileSystem } from "./internal/needs-Effect-4--for-Effect-3-use-@procfsroot/platform.js"
import type * as processes from "@procfsroot/vfs/MemoryProcesses"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as internal from "./internal/memory/processes.js"
import type { InvalidTree } from "./MemoryFileSystem.js"
import { Wormhole } from "./Wormhole.js"

/**
 * When a process ends by itself: after a number of `steps`, or after some time by Effect's `Clock`, whichever comes
 * first. A step is a lookup of `/proc/<pid>` or a name in it, a read of a file or link there, or the opening of its
 * root.
 *
 * @since 0.1.0
 * @category models
 */
export interface Ending extends processes.Ending<Duration.Input> {}

/**
 * A process. If an earlier process has the same PID, this one starts when the earlier one has ended.
 *
 * @since 0.1.0
 * @category models
 */
export interface Process extends processes.Process<Duration.Input> {}

/**
 * The processes and the trees of their mount namespaces.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends processes.Options<Duration.Input> {}

/**
 * The type of the value of the service `MemoryProcesses`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * Starts a process. If there is one with the same PID, the new one starts when that has ended. An impossible process
   * is a defect (`TypeError`).
   */
  readonly start: (process: Process) => Effect.Effect<void>
  /**
   * Ends a process, or removes a zombie as its parent does by waiting for it. If there is no process with this PID,
   * this is a defect (`TypeError`).
   */
  readonly end: (pid: number, as?: "zombie") => Effect.Effect<void>
}

/**
 * The service with which a test starts and ends processes while the program runs.
 *
 * @since 0.1.0
 * @category services
 */
export class MemoryProcesses
  extends Context.Service<MemoryProcesses, Service>()("@procfsroot/effect4/MemoryProcesses")
{}

/**
 * Provides the `Wormhole` of these processes, a `FileSystem` with their `/proc`, and `MemoryProcesses`. Opening a root
 * fails with the same errors as for real processes, and so do operations in it. A root that is open stays usable after
 * its process has ended, and all processes in a mount namespace see what is written there.
 *
 * The `FileSystem` contains only `/proc`, mounted read-only, with `cgroup`, `comm`, `mountinfo`, `ns/mnt`, `root`,
 * `stat` and `status` of each process. As inside any root, the link `root` can be read but not followed: use the
 * `Wormhole` for that.
 *
 * Fails with `InvalidTree` if a tree is invalid. An impossible process, such as one in a mount namespace that does not
 * exist, is a defect (`TypeError`).
 *
 * @example
 * import { FileSystem } from "effect/FileSystem"
 * import { MemoryProcesses, Wormhole } from "@procfsroot/effect4"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const fs = yield* FileSystem
 *   return yield* fs.readFileString("/etc/hostname")
 * }).pipe(
 *   Effect.provide(Wormhole.fileSystem({ pid: 4711 })),
 *   Effect.catchTag("ProcessNotFound", () => Effect.succeed("it has ended")),
 *   Effect.provide(MemoryProcesses.layer({
 *     mountNamespaces: { web: { "/etc/hostname": "web\n" } },
 *     processes: [{ pid: 4711, mountNamespace: "web", command: "nginx" }]
 *   }))
 * )
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<FileSystem | Wormhole | MemoryProcesses, InvalidTree> =>
  Layer.effectContext(
    Effect.map(
      internal.make(options),
      ({ control, fileSystem, wormhole }) =>
        Context.make(MemoryProcesses, control).pipe(
          Context.add(FileSystem, fileSystem),
          Context.add(Wormhole, wormhole)
        )
    )
  )

/**
 * Starts a process. Calls `start` of the `MemoryProcesses` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const start: (process: Process) => Effect.Effect<void, never, MemoryProcesses> = (process) =>
  MemoryProcesses.use((processes) => processes.start(process))

/**
 * Ends a process, or removes a zombie. Calls `end` of the `MemoryProcesses` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const end: (pid: number, as?: "zombie") => Effect.Effect<void, never, MemoryProcesses> = (pid, as) =>
  MemoryProcesses.use((processes) => processes.end(pid, as))
