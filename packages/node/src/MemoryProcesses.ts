/**
 * Fake processes for tests of programs that look into containers with `openRoot`. Such tests need no containers, no
 * root user and no Linux. Each process has a root in a tree in memory, and a file system shows what `/proc` would. A
 * process ends when the test ends it, after some time, or in the middle of an operation. This module does not need
 * Node.
 *
 * @since 0.1.0
 */
import type * as processes from "@procfsroot/vfs/MemoryProcesses"
import * as internal from "./internal/promises/memoryProcesses.js"
import type { MemoryRoot } from "./MemoryRoot.js"
import type { OpenRoot, Options as RootOptions, Process as ProcessOfRoot } from "./OpenRoot.js"

/**
 * When a process ends by itself: after a number of `steps`, or after some milliseconds, whichever comes first. A step
 * is a lookup of `/proc/<pid>` or a name in it, a read of a file or link there, or the opening of its root.
 *
 * @since 0.1.0
 * @category models
 */
export interface Ending extends processes.Ending<number> {}

/**
 * A process. If an earlier process has the same PID, this one starts when the earlier one has ended.
 *
 * @since 0.1.0
 * @category models
 */
export interface Process extends processes.Process<number> {}

/**
 * The processes and the trees of their mount namespaces.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends processes.Options<number> {
  /** Returns the current time in milliseconds since the epoch. By default `Date.now`. */
  readonly now?: (() => number) | undefined
}

/**
 * Fake processes, which a test starts and ends.
 *
 * @since 0.1.0
 * @category models
 */
export interface MemoryProcesses {
  /**
   * Opens the root of a process, like `openRoot` and with the same errors. The root stays usable after the process has
   * ended, and all processes in a mount namespace see what is written there. Options about Linux, such as `strategy`,
   * have no effect.
   */
  readonly openRoot: (process: ProcessOfRoot, options?: RootOptions) => Promise<MemoryRoot>
  /**
   * A file system that contains only `/proc`, mounted read-only, with `cgroup`, `comm`, `mountinfo`, `ns/mnt`, `root`,
   * `stat` and `status` of each process. As inside any root, the link `root` can be read but not followed: use
   * `openRoot` for that.
   */
  readonly procfs: Pick<OpenRoot, "promises" | "sync">
  /**
   * Starts a process. If there is a process with the same PID, the new one starts when the earlier one has ended.
   * Throws a `TypeError` if the process is impossible.
   */
  readonly start: (process: Process) => void
  /**
   * Ends a process. With `zombie`, it leaves a zombie. Called for a zombie, it removes the zombie, as if its parent had
   * waited for it. Throws a `TypeError` if there is no process with this PID.
   */
  readonly end: (pid: number, as?: "zombie") => void
}

/**
 * Creates fake processes. Throws a `TypeError` if a tree or a process is impossible.
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
