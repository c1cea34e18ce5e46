/** The processes of a machine: which of them exist, and when they end. */
import type { Opened, Options, Process, Processes, Unavailable } from "../../MemoryProcesses.js"
import * as MemoryTree from "../../MemoryTree.js"
import { isErrno } from "../errno.js"
import { checkUser } from "../memory/data.js"
import { ownProcess, ownUser } from "../memory/ownOptions.js"
import type { PathPolicy } from "../../PathPolicy.js"
import type { Why } from "../../ProcessRoot.js"
import { codeOf } from "../processRoot.js"
import { type Declared, Live } from "./live.js"
import { procfs } from "./procfs.js"

/** `PID_MAX_LIMIT` in `include/linux/threads.h`. */
const PID_MAX = 2 ** 22

/** The kernel numbers namespaces upwards from about here. */
const FIRST_NAMESPACE = 0xf0000001

/** The processes with one PID: the current one, and those that start after it has ended. */
interface Slot {
  live: Live | undefined
  readonly following: Array<Declared>
}

/** @internal */
export class Table {
  now: number
  readonly user: MemoryTree.User
  readonly #namespaces: ReadonlyMap<string, MemoryTree.Memory>
  readonly #slots = new Map<number, Slot>()
  #begun = 0

  constructor(namespaces: ReadonlyMap<string, MemoryTree.Memory>, user: MemoryTree.User, now: number) {
    this.#namespaces = namespaces
    this.user = ownUser(user) // the caller may change its own
    this.now = now
  }

  /** Returns the processes that exist, in the order of their PIDs. */
  all(): ReadonlyArray<Live> {
    const all = Array.from(this.#slots.keys()).toSorted((a, b) => a - b)
    return all.flatMap((pid) => this.#current(pid) ?? [])
  }

  /** Returns the process with this PID that exists for one more step. */
  find(pid: number): Live | undefined {
    for (;;) {
      const live = this.#current(pid)
      if (live === undefined || this.step(live)) return live
    }
  }

  /** Whether this process exists for one more step. A zombie takes no steps, and stays. */
  step(live: Live): boolean {
    this.#current(live.process.pid)
    if (live.state !== "S") return live.state === "Z"
    if (live.takeStep()) return true
    this.#end(live, live.process.ends?.zombie === true, this.now)
    return live.state !== undefined
  }

  start(process: Process<number>): void {
    const declared = this.#declare(process)
    const slot = this.#slots.get(process.pid) ?? { live: undefined, following: [] }
    this.#slots.set(process.pid, slot)
    slot.following.push(declared)
    if (this.#current(process.pid) === undefined) this.#next(process.pid, this.now)
  }

  end(pid: number, as?: "zombie"): void {
    const live = this.#current(pid)
    if (live === undefined) throw new TypeError(`There is no process ${pid} to end.`)
    if (![undefined, "zombie"].includes(as)) {
      throw new TypeError(`A process can end as "zombie", not as ${JSON.stringify(as)}.`)
    }
    this.#end(live, as === "zombie", this.now)
  }

  /** Returns the process with this PID, after ending those whose time is over. */
  #current(pid: number): Live | undefined {
    for (;;) {
      const live = this.#slots.get(pid)?.live
      if (live?.state !== "S" || live.deadline > this.now) return live
      this.#end(live, live.process.ends?.zombie === true, live.deadline)
    }
  }

  #end(live: Live, asZombie: boolean, now: number): void {
    live.state = asZombie ? "Z" : undefined
    if (!asZombie) this.#next(live.process.pid, now)
  }

  #next(pid: number, now: number): void {
    const slot = this.#slots.get(pid)
    const process = slot?.following.shift()
    if (slot === undefined || process === undefined) this.#slots.delete(pid)
    else slot.live = new Live(process, process.startTime ?? ++this.#begun, now)
  }

  #declare(process: Process<number>): Declared {
    const { mountNamespace, pid, root = "/", user } = process
    if (!Number.isInteger(pid) || pid < 1 || pid > PID_MAX) throw new TypeError(`${pid} cannot be a PID.`)
    if (user !== undefined) checkUser(user)
    const namespace = this.#namespaces.get(mountNamespace)
    if (namespace === undefined) {
      throw new TypeError(`The process ${pid} is in a mount namespace that does not exist: ${mountNamespace}.`)
    }
    const namespaceNumber = FIRST_NAMESPACE + Array.from(this.#namespaces.keys()).indexOf(mountNamespace)
    const own = ownProcess(process) // the caller may change its own
    return { ...own, namespace, memory: rootIn(namespace, pid, root), namespaceNumber }
  }
}

const rootIn = (memory: MemoryTree.Memory, pid: number, root: string): MemoryTree.Memory => {
  try {
    return memory.subRoot(root)
  } catch (thrown) {
    if (!isErrno(thrown)) throw thrown
    throw new TypeError(`The process ${pid} cannot have the root ${root} (${thrown.code}).`, { cause: thrown })
  }
}

const unavailable = (why: Why): Unavailable => ({ _tag: "Unavailable", why, code: codeOf(why, "EACCES") })

/** Opens the root of a process (`proc_pid_get_link` in `fs/proc/base.c`). */
const open = (table: Table, pid: number, policy: PathPolicy | undefined): Opened | Unavailable => {
  const live = table.find(pid)
  if (live === undefined) return unavailable("NotFound")
  if (live.state === "Z") return unavailable("Zombie")
  if (!live.mayBeTracedBy(table.user)) return unavailable("NotPermitted")
  const { memory, namespace } = live.process
  return { _tag: "Opened", memory: memory.subRoot("/", policy), namespace }
}

/** @internal */
export const make = (
  { mountNamespaces, processes, user = { uid: 0, gid: 0 } }: Options<number>,
  now: number
): Processes | MemoryTree.Invalid => {
  const namespaces = new Map<string, MemoryTree.Memory>()
  for (const [mountNamespace, tree] of Object.entries(mountNamespaces)) {
    const memory = MemoryTree.make(tree, { user })
    if (memory._tag === "Invalid") {
      return { ...memory, why: `${memory.why} (mount namespace ${mountNamespace})` }
    }
    namespaces.set(mountNamespace, memory)
  }
  const table = new Table(namespaces, user, now)
  for (const process of processes) table.start(process)
  return {
    _tag: "Processes",
    get now() {
      return table.now
    },
    set now(now) {
      table.now = now
    },
    procfs: procfs(table),
    open: (pid, policy) => open(table, pid, policy),
    start: (process) => table.start(process),
    end: (pid, as) => table.end(pid, as)
  }
}
