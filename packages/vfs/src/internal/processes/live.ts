/** Running processes and zombies. */
import type { Process } from "../../MemoryProcesses.js"
import type { Memory, User } from "../../MemoryTree.js"

/**
 * A process as it was declared, and its root.
 *
 * @internal
 */
export interface Declared extends Process<number> {
  /** The whole tree of its mount namespace. */
  readonly namespace: Memory
  /** The root of the process in `namespace`. */
  readonly memory: Memory
  /** The number of its mount namespace in `ns/mnt`. */
  readonly namespaceNumber: number
}

/** @internal */
export class Live {
  readonly process: Declared
  /** In ticks since the machine started. */
  readonly startTime: number
  /** When the process began, in milliseconds. */
  readonly begun: number
  /** The letter in `/proc/<pid>/stat`, or `undefined` if the process is gone. */
  state: "S" | "Z" | undefined
  #steps: number

  constructor(process: Declared, startTime: number, begun: number) {
    this.process = process
    this.startTime = startTime
    this.begun = begun
    this.state = process.zombie === true ? "Z" : "S"
    this.#steps = process.ends?.steps ?? Number.POSITIVE_INFINITY
  }

  get user(): User {
    return this.process.user ?? { uid: 0, gid: 0 }
  }

  get isDumpable(): boolean {
    return this.process.dumpable !== false
  }

  /** When the process ends by itself, in milliseconds. */
  get deadline(): number {
    return this.begun + (this.process.ends?.after ?? Number.POSITIVE_INFINITY)
  }

  /** Whether the process exists for one more step. */
  takeStep(): boolean {
    return this.#steps-- > 0
  }

  /**
   * Whether a user may trace the process (`__ptrace_may_access` in `kernel/ptrace.c`). A zombie has no memory to
   * protect, so it does not matter whether it is dumpable.
   */
  mayBeTracedBy({ gid, uid }: User): boolean {
    if (uid === 0) return true
    const { user } = this
    return user.uid === uid && user.gid === gid && (this.isDumpable || this.state === "Z")
  }
}
