/**
 * Processes as data, each with a root in a tree in memory, and the part of procfs that shows them: for tests of programs
 * that look into containers. Processes end when they are told to, after some time, or in the middle of something.
 *
 * @since 0.1.0
 */
import type { FileSystem } from "./FileSystem.js"
import type * as procfs from "./internal/processes/procfs.js"
import * as internal from "./internal/processes/processes.js"
import type { Invalid, Memory, Tree, User } from "./MemoryTree.js"
import type { PathPolicy } from "./PathPolicy.js"
import type { Why } from "./ProcessRoot.js"

/**
 * When a process ends by itself. Both fields together mean whichever comes first.
 *
 * @since 0.1.0
 * @category models
 */
export interface Ending<Delay> {
  /**
   * How many steps it takes part in before it ends. Steps are: looking up `/proc/<pid>` or a name in it, reading a
   * file or link there, and opening its root.
   */
  readonly steps?: number
  /** How long it runs. */
  readonly after?: Delay
  /** Nobody waits for it: it stays as a zombie. */
  readonly zombie?: boolean
}

/**
 * A process. One with the same PID as an earlier one begins when that has ended.
 *
 * @since 0.1.0
 * @category models
 */
export interface Process<Delay> {
  /** A whole number from 1 to 4,194,304. */
  readonly pid: number
  /** The key of its mount namespace. */
  readonly mountNamespace: string
  /**
   * The directory in its mount namespace that is its root, as after `chroot(2)`. The `user` of the options must be able to
   * reach it. By default `/`.
   */
  readonly root?: string
  /** The program's name, cut off after 15 bytes. By default `sh`. */
  readonly command?: string
  /** By default 1, and 0 for the process 1. */
  readonly parent?: number
  /** By default the superuser. */
  readonly user?: User
  /** In ticks since the machine started. By default, processes are counted as they begin. */
  readonly startTime?: number
  /** By default `/`. */
  readonly cgroup?: string
  /**
   * `false`: its user may not open its root, only a process with CAP_SYS_PTRACE (`PR_SET_DUMPABLE` in `prctl(2)`). By default
   * `true`.
   */
  readonly dumpable?: boolean
  /** `true`: it has ended, and nobody has waited for it. By default `false`. */
  readonly zombie?: boolean
  /** By default, it does not end by itself. */
  readonly ends?: Ending<Delay>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options<Delay> {
  /** A tree for each. */
  readonly mountNamespaces: Readonly<Record<string, Tree>>
  readonly processes: ReadonlyArray<Process<Delay>>
  /** Who looks at the processes and uses the files: by default the superuser, who has CAP_SYS_PTRACE. */
  readonly user?: User | undefined
}

/**
 * The root of a process. It stays when the process has ended.
 *
 * @since 0.1.0
 * @category models
 */
export interface Opened {
  readonly _tag: "Opened"
  readonly memory: Memory
  /** The whole tree of its mount namespace. */
  readonly namespace: Memory
}

/**
 * Why the root of a process cannot be opened, and the errno of the error that says so.
 *
 * @since 0.1.0
 * @category models
 */
export interface Unavailable {
  readonly _tag: "Unavailable"
  readonly why: Why
  readonly code: string
}

/**
 * An open file of procfs.
 *
 * @since 0.1.0
 * @category models
 */
export type OpenFile = procfs.Open

/**
 * The processes of a machine.
 *
 * @since 0.1.0
 * @category models
 */
export interface Processes {
  readonly _tag: "Processes"
  /** The time by which processes end, in milliseconds. Set it before each operation. */
  now: number
  /**
   * `/proc` with `cgroup`, `comm`, `mountinfo`, `ns/mnt`, `root`, `stat` and `status` of each process, on a read-only
   * mount. As inside any root, the magic link `root` can be read but not followed.
   */
  readonly procfs: FileSystem<OpenFile>
  readonly open: (pid: number, policy?: PathPolicy) => Opened | Unavailable
  /** Starts a process, or if there is one with this PID, lets it follow that. Throws a `TypeError` if it is impossible. */
  readonly start: (process: Process<number>) => void
  /** Ends a process, or waits for a zombie. Throws a `TypeError` if there is none with this PID. */
  readonly end: (pid: number, as?: "zombie") => void
}

/**
 * Begins at the time `now`. Invalid if a tree is. Throws a `TypeError` if a process is impossible: its PID, its mount namespace or its root
 * does not exist.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (options: Options<number>, now: number) => Processes | Invalid = internal.make
