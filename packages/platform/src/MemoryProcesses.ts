/**
 * A fake `Wormhole`: processes as data, each with a root in a tree in memory, and a `FileSystem` with the `/proc` that
 * shows them. For tests of programs that look into containers, without containers, root or Linux. Processes end when
 * the test ends them, after some time, or in the middle of an operation.
 *
 * @since 0.1.0
 */
import type { FileSystem } from "@effect/platform/FileSystem"
import type * as processes from "@procfsroot/vfs/MemoryProcesses"
import type * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as internal from "./internal/memory/processes.js"
import type { InvalidTree } from "./MemoryFileSystem.js"
import type { Wormhole } from "./Wormhole.js"

/**
 * When a process ends by itself: after so many `steps` or after some time by Effect's `Clock`, whichever comes first.
 * Steps are: looking up `/proc/<pid>` or a name in it, reading a file or link there, and opening its root.
 *
 * @since 0.1.0
 * @category models
 */
export interface Ending extends processes.Ending<Duration.DurationInput> {}

/**
 * A process. One with the same PID as an earlier one begins when that has ended.
 *
 * @since 0.1.0
 * @category models
 */
export interface Process extends processes.Process<Duration.DurationInput> {}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options extends processes.Options<Duration.DurationInput> {}

/**
 * What a test can change while the program runs.
 *
 * @since 0.1.0
 * @category models
 */
export interface MemoryProcesses {
  /**
   * Starts a process. If there is one with this PID, the new one begins when that has ended. An impossible process is a
   * `TypeError`, as a defect.
   */
  readonly start: (process: Process) => Effect.Effect<void>
  /** Ends a process, or waits for a zombie. If there is none with this PID, it is a `TypeError`, as a defect. */
  readonly end: (pid: number, as?: "zombie") => Effect.Effect<void>
}

/**
 * @since 0.1.0
 * @category tags
 */
export const MemoryProcesses: Context.Tag<MemoryProcesses, MemoryProcesses> = internal.tag

/**
 * The `Wormhole` of these processes, a `FileSystem` with their `/proc`, and `MemoryProcesses`. Roots fail to open with the
 * errors of a real one. Opened ones stay when their process ends, and all processes in a mount namespace see what is
 * written there.
 *
 * In `/proc`, which is mounted read-only and is all that there is in this `FileSystem`, each process has `cgroup`, `comm`,
 * `mountinfo`, `ns/mnt`, `root`, `stat` and `status`. The link `root` can be read, but as inside any root it cannot be
 * followed: that is what the `Wormhole` is for.
 *
 * Fails with `InvalidTree` if a tree is impossible. An impossible process, such as one in a mount namespace that is not
 * there, is a `TypeError`, as a defect.
 *
 * @example
 * import { FileSystem } from "@effect/platform/FileSystem"
 * import { MemoryProcesses, Wormhole } from "@procfsroot/platform"
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
export const layer: (
  options: Options
) => Layer.Layer<FileSystem | Wormhole | MemoryProcesses, InvalidTree> = internal.layer

/**
 * `start` of the `MemoryProcesses` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const start: (process: Process) => Effect.Effect<void, never, MemoryProcesses> = internal.start

/**
 * `end` of the `MemoryProcesses` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const end: (pid: number, as?: "zombie") => Effect.Effect<void, never, MemoryProcesses> = internal.end
