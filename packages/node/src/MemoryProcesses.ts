/**
 * Fake processes, each with a root in a tree in memory, and the `/proc` that shows them: for tests of programs that
 * look into containers by `openRoot`, without containers, root or Linux. Processes end when the test ends them, after
 * some time, or in the middle of an operation. Nothing here needs Node.
 *
 * @since 0.1.0
 */
import type * as processes from "@procfsroot/vfs/MemoryProcesses"
import * as internal from "./internal/promises/memoryProcesses.js"
import type { MemoryRoot } from "./MemoryRoot.js"
import type { OpenRoot, Options as RootOptions, Process as ProcessOfRoot } from "./OpenRoot.js"

/**
 * When a process ends by itself: after so many `steps` or so many milliseconds, whichever comes first. Steps are:
 * looking up `/proc/<pid>` or a name in it, reading a file or link there, and opening its root.
 *
 * @since 0.1.0
 * @category models
 */
export interface Ending extends processes.Ending<number> {}

/**
 * A process. One with the same PID as an earlier one begins when that has ended.
 *
 * @since 0.1.0
 * @category models
 */
export interface Process extends processes.Process<number> {}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options extends processes.Options<number> {
  /** The time, in milliseconds since the epoch: `Date.now` by default. */
  readonly now?: (() => number) | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface MemoryProcesses {
  /**
   * Opens the root of a process, as `openRoot` does: with the same errors, and it stays when the process ends. All
   * processes in a mount namespace see what is written there. Options about Linux, such as `strategy`, have no effect.
   */
  readonly openRoot: (process: ProcessOfRoot, options?: RootOptions) => Promise<MemoryRoot>
  /**
   * `/proc` with `cgroup`, `comm`, `mountinfo`, `ns/mnt`, `root`, `stat` and `status` of each process, on a read-only
   * mount. The link `root` can be read, but as inside any root it cannot be followed: that is what `openRoot` is for.
   */
  readonly procfs: Pick<OpenRoot, "promises" | "sync">
  /**
   * Starts a process. If there is one with this PID, the new one begins when that has ended. Throws a `TypeError` if it
   * is impossible.
   */
  readonly start: (process: Process) => void
  /** Ends a process, or waits for a zombie. Throws a `TypeError` if there is none with this PID. */
  readonly end: (pid: number, as?: "zombie") => void
}

/**
 * Makes processes of data. Throws a `TypeError` if a tree or a process is impossible.
 *
 * @example
 * import { MemoryProcesses } from "@procfsroot/node"
 *
 * const machine = MemoryProcesses.make({
 *   mountNamespaces: { web: { "/etc/hostname": "web\n" } },
 *   processes: [{ pid: 4711, mountNamespace: "web", command: "nginx" }]
 * })
 * const root = await machine.openRoot({ pid: 4711 }, { readOnly: true })
 * machine.end(4711)
 * await root.promises.readFile("/etc/hostname", "utf8") // "web\n"
 * await machine.openRoot({ pid: 4711 }).catch((error) => error.code) // "ESRCH"
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (options: Options) => MemoryProcesses = internal.make
