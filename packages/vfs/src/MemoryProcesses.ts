/**
 * Fake processes for tests of programs that look into containers. Such tests need no containers, no root user and no
 * Linux. Each process has a root in a tree in memory, and a file system shows what `/proc` would. A process ends when
 * the test ends it, after some time, or in the middle of an operation.
 *
 * @since 0.1.0
 */
import type { FileSystem } from "./FileSystem.js"
import * as own from "./internal/memory/ownOptions.js"
import type * as procfs from "./internal/processes/procfs.js"
import * as internal from "./internal/processes/processes.js"
import type { Invalid, Memory, User } from "./MemoryTree.js"
import type { PathPolicy } from "./PathPolicy.js"
import type { Why } from "./ProcessRoot.js"
import type { Tree } from "./Tree.js"

/**
 * When a process ends by itself. If both `steps` and `after` are set, it ends at whichever comes first.
 *
 * @since 0.1.0
 * @category models
 */
export interface Ending<Delay> {
  /**
   * The number of steps after which it ends. A step is a lookup of `/proc/<pid>` or of a name in it, reading a file or
   * link there, or opening the root of the process.
   */
  readonly steps?: number | undefined
  /** The time after which it ends. */
  readonly after?: Delay | undefined
  /** Leave a zombie, as if its parent never waited for it. */
  readonly zombie?: boolean | undefined
}

/**
 * A process. If an earlier process has the same PID, this one starts when the earlier one has ended.
 *
 * @since 0.1.0
 * @category models
 */
export interface Process<Delay> {
  /** The PID, a whole number from 1 to 4,194,304. */
  readonly pid: number
  /** The key of its mount namespace in `mountNamespaces`. */
  readonly mountNamespace: string
  /**
   * The directory that is its root, as after `chroot(2)`. It is a path in its mount namespace, by default `/`. The
   * `user` of `Options` must be able to reach it.
   */
  readonly root?: string | undefined
  /** The name of the program, by default `sh`. It is cut off after 15 bytes. */
  readonly command?: string | undefined
  /** The PID of the parent. By default 1, and 0 for process 1. */
  readonly parent?: number | undefined
  /** The user that the process runs as. By default the superuser. */
  readonly user?: User | undefined
  /**
   * The start time, in ticks since the machine started. By default 1 for the first process, 2 for the second, and so
   * on.
   */
  readonly startTime?: number | undefined
  /** The cgroup of the process. By default `/`. */
  readonly cgroup?: string | undefined
  /**
   * If `false`, only a process with CAP_SYS_PTRACE may open its root, and its own user may not (`PR_SET_DUMPABLE` in
   * `prctl(2)`). By default `true`.
   */
  readonly dumpable?: boolean | undefined
  /** If `true`, the process is a zombie: it has ended, and its parent has not waited for it. By default `false`. */
  readonly zombie?: boolean | undefined
  /** When the process ends. By default it does not end by itself. */
  readonly ends?: Ending<Delay> | undefined
}

/**
 * The processes and the trees of their mount namespaces.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options<Delay> {
  /** The tree of each mount namespace. */
  readonly mountNamespaces: Readonly<Record<string, Tree>>
  readonly processes: ReadonlyArray<Process<Delay>>
  /**
   * The user whose program looks at the processes and their files. By default the superuser, who has CAP_SYS_PTRACE.
   */
  readonly user?: User | undefined
}

/**
 * The opened root of a process. It can still be used after the process has ended.
 *
 * @since 0.1.0
 * @category models
 */
export interface Opened {
  readonly _tag: "Opened"
  readonly memory: Memory
  /** The whole tree of the process's mount namespace. */
  readonly namespace: Memory
}

/**
 * The reason why the root of a process cannot be opened, and the errno of the error.
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
 * The fake processes and their `/proc`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Processes {
  readonly _tag: "Processes"
  /** The current time in milliseconds, which decides which processes have ended. Set it before each operation. */
  now: number
  /**
   * The file system `/proc`, on a read-only mount. It has `cgroup`, `comm`, `mountinfo`, `ns/mnt`, `root`, `stat` and
   * `status` of each process. As inside any root, the magic link `root` can be read but not followed.
   */
  readonly procfs: FileSystem<OpenFile>
  readonly open: (pid: number, policy?: PathPolicy) => Opened | Unavailable
  /**
   * Starts a process. If there is a process with the same PID, the new one starts when the earlier one has ended.
   * Throws a `TypeError` if the process is impossible.
   */
  readonly start: (process: Process<number>) => void
  /**
   * Ends a process. With `zombie`, it leaves a zombie. Called for a zombie, it removes the zombie, as if its parent had
   * waited for it. Throws a `TypeError` if there is no process with this PID.
   */
  readonly end: (pid: number, as?: "zombie") => void
}

/**
 * Creates the processes at the time `now`. Returns `Invalid` if a tree is invalid. Throws a `TypeError` if a process is
 * impossible, for example because its mount namespace or its root does not exist.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (options: Options<number>, now: number) => Processes | Invalid = internal.make

/**
 * Copies the options, and each process in them, with its user and its end. A layer makes this copy, since the caller may
 * change its own before the layer is built.
 *
 * @since 0.1.0
 * @category options
 */
export const ownOptions: <Delay>(options: Options<Delay>) => Options<Delay> = own.ownProcesses
