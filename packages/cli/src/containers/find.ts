/** Lists the roots of this machine, from procfs and the records of the runtimes, without asking a daemon. */
import type { Claim, Runtime } from "./cgroup.js"
import type { Facts } from "./facts.js"
import { type Record, Records } from "./names.js"
import { type Group, group, isReadable, link, type Process, readProcesses, rootMountIn } from "./processes.js"

/** The name of something that could not be read, as the user knows it. */
type Unread = "user" | "mount namespace" | "root" | "name" | "image root"

/** Processes that see the same files. */
export interface Container {
  /** The PID of its first process, or the number of another thread of that process if its first thread has ended. */
  readonly pid: number
  /** The start time of that process. A later process with the same PID has another. See `pin`. */
  readonly startTime: number
  /**
   * The name of the user that the process runs as, or the number if there is no name. Missing if it could not be read.
   */
  readonly user?: string | undefined
  readonly command: string
  /** `unknown` if it cannot be found out, `namespace` for a mount namespace that no known runtime has created. */
  readonly runtime: Runtime | "host" | "chroot" | "namespace"
  readonly name?: string | undefined
  /** 64 hexadecimal digits. */
  readonly id?: string | undefined
  readonly pod?: string | undefined
  /** The namespace in Kubernetes, or the project in LXD and Incus. */
  readonly namespace?: string | undefined
  readonly podUid?: string | undefined
  /** Where the root is on the host. */
  readonly imageRoot?: string | undefined
  /** How many processes see these files. */
  readonly processes: number
  /**
   * The PID of the first process of the container that this is a part of, in another mount namespace or with another
   * root.
   */
  readonly inside?: number | undefined
  readonly unreadable: ReadonlyArray<Unread>
}

interface Places {
  /** Where procfs is mounted. */
  readonly proc?: string
  /** The directory that contains `/run` and `/var/lib` of the machine. */
  readonly files?: string
}

/** A claim that nothing contradicts. */
interface Accepted {
  readonly claim: Claim
  readonly record: Record
  /** True if the runtime's record says that it started a process of this group. */
  readonly confirmed: boolean
}

/**
 * A limit, because anyone can create long chains of processes, and following all of them for each process takes too
 * long.
 */
const DEEPEST = 1000

/** All processes and their groups, to compare claims with. */
class Machine {
  readonly groups: ReadonlyArray<Group>
  readonly #groupOf = new Map<number, Group>()
  readonly #processes: ReadonlyMap<number, Process>
  /** The group of the host's processes: that of PID 1 or, if PID 1 is not readable, that of this process. */
  readonly host: Group | undefined
  readonly #pidNamespace: string | undefined

  constructor(proc: string, processes: ReadonlyArray<Process>) {
    this.#processes = new Map(processes.map((process) => [(process.ended ?? process).pid, process]))
    this.groups = group(proc, processes)
    for (const one of this.groups) {
      for (const pid of one.members.keys()) this.#groupOf.set(pid, one)
    }
    const [first, own] = [1, Number(link(`${proc}/self`))].map((pid) => this.#groupOf.get(pid))
    this.host = first !== undefined && isReadable(first.init) ? first : own
    this.#pidNamespace = link(`${proc}/self/ns/pid`)
  }

  /** The group of the process that a record names, if that process still exists. */
  groupOf(init: Facts["init"]): Group | undefined {
    const process = init && this.#processes.get(init.pid)
    const startTime = (process?.ended ?? process)?.startTime
    return process === undefined || (init?.startTime ?? startTime) !== startTime
      ? undefined
      : this.#groupOf.get(process.pid)
  }

  /** The first group that `isWanted` accepts, among those of the parent process, its parent, and so on. */
  ancestor(one: Group, isWanted: (group: Group) => boolean): Group | undefined {
    let process = this.#processes.get(one.init.parent)
    for (let depth = 0; process !== undefined && depth < DEEPEST; depth++) {
      const found = this.#groupOf.get(process.pid)
      if (found !== undefined && found !== one && found !== this.host && isWanted(found)) return found
      process = this.#processes.get(process.parent)
    }
    return undefined
  }

  /**
   * The PID namespace of a group, unless it is that of this process. Every process in it was started in the container
   * that it was created for.
   */
  ownPidNamespace({ details }: Group): string | undefined {
    const { pidNamespace } = details
    return pidNamespace === "unreadable" || pidNamespace === this.#pidNamespace ? undefined : pidNamespace
  }

  /** Whether `one` was created in the container whose processes are `other`. */
  isInside(one: Group, other: Group): boolean {
    const pidNamespace = this.ownPidNamespace(one)
    return (pidNamespace !== undefined && pidNamespace === this.ownPidNamespace(other)) ||
      this.ancestor(one, (group) => group === other) !== undefined
  }
}

/**
 * Whether the records contradict a claim. If they name no running process, as for a container that has stopped, they
 * contradict every claim that somebody else can have made.
 */
const isContradicted = (machine: Machine, one: Group, started: Group | undefined, record: Record): boolean =>
  started === undefined ? record.init?.pid === 0 || record.needsProof : !machine.isInside(one, started)

/**
 * Finds the innermost claim that the records confirm, or otherwise the innermost one that they do not contradict.
 * Anyone who can create cgroups can claim to be another container, but cannot make the process that the runtime started
 * their own.
 */
const accept = async (machine: Machine, records: Records, one: Group): Promise<Accepted | undefined> => {
  let open: Accepted | undefined
  for (const claim of one.details.claims) {
    const record = await records.find(claim)
    const started = machine.groupOf(record.init)
    if (started === one) return { claim, record, confirmed: true }
    if (!isContradicted(machine, one, started, record)) open ??= { claim, record, confirmed: false }
  }
  return open
}

const keyOf = ({ id, name, podUid, runtime }: Claim): string => JSON.stringify([runtime, id ?? name ?? podUid])

/** Maps each group that is a part of another group with the same claim to that other group. */
const outerOf = (
  machine: Machine,
  same: ReadonlyMap<Group, Accepted>
): ReadonlyMap<Group, Group> => {
  const outer = new Map<Group, Group>()
  for (const one of same.keys()) {
    const around = machine.ancestor(one, (group) => same.has(group))
    if (around !== undefined) outer.set(one, around)
  }
  // The first group of each PID namespace. Confirmed groups come before others.
  const firsts = new Map<string, Group>()
  const whole = Array.from(same).filter(([one]) => !outer.has(one)).toSorted(([a, x], [b, y]) =>
    Number(y.confirmed) - Number(x.confirmed) || a.init.pid - b.init.pid
  )
  for (const [one] of whole) {
    const pidNamespace = machine.ownPidNamespace(one)
    const first = pidNamespace === undefined ? undefined : firsts.get(pidNamespace)
    if (first !== undefined) outer.set(one, first)
    else if (pidNamespace !== undefined) firsts.set(pidNamespace, one)
  }
  return outer
}

/** Maps each part of a container to the container itself. */
const wholes = (machine: Machine, accepted: ReadonlyMap<Group, Accepted>): ReadonlyMap<Group, Group> => {
  const classes = new Map<string, Map<Group, Accepted>>()
  for (const [one, found] of accepted) {
    const key = keyOf(found.claim)
    classes.set(key, (classes.get(key) ?? new Map<Group, Accepted>()).set(one, found))
  }
  const whole = new Map<Group, Group>()
  for (const same of classes.values()) {
    const outer = outerOf(machine, same)
    for (const one of outer.keys()) whole.set(one, outermost(outer, one))
  }
  return whole
}

const outermost = (outer: ReadonlyMap<Group, Group>, one: Group): Group => {
  let found = one
  for (let depth = 0; depth < DEEPEST; depth++) {
    const next = outer.get(found)
    if (next === undefined) return found
    found = next
  }
  return found
}

/** Runtimes whose cgroups look like those of others. The records show which one it is. */
const vague: ReadonlyArray<Runtime> = ["unknown", "nerdctl", "containerd", "lxc", "runc"]

type Kind = Partial<Container> & Pick<Container, "runtime">

const containerOf = ({ claim, record }: Accepted): Kind => {
  const { imageRoot, namespace, pod, refused } = record
  const { id, podUid } = claim
  const name = record.name ?? claim.name
  const unread: ReadonlyArray<Unread> = [
    ...name === undefined ? ["name"] as const : [],
    ...imageRoot === undefined ? ["image root"] as const : []
  ]
  return {
    runtime: vague.includes(claim.runtime) ? record.runtime ?? claim.runtime : claim.runtime,
    name,
    id,
    pod,
    namespace,
    podUid,
    imageRoot,
    unreadable: refused ? unread : []
  }
}

/** The kind of a root that no known runtime has created. */
const plain = ({ host }: Machine, { init }: Group): Kind => {
  if (!isReadable(init)) return { runtime: "unknown" }
  // The link is a host path only for processes in the mount namespace of the host.
  return init.mounts === host?.init.mounts ? { runtime: "chroot", imageRoot: init.root } : { runtime: "namespace" }
}

/** Finds containers by their first processes, since cgroups can have any name. */
const startedOf = async (
  machine: Machine,
  records: Records,
  accepted: ReadonlyMap<Group, Accepted>
): Promise<ReadonlyMap<Group, Kind>> => {
  const known = new Map<Group, Kind>()
  const ids = new Set(Array.from(accepted.values(), ({ claim }) => claim.id))
  for (const { init, ...found } of await records.started(ids)) {
    const one = machine.groupOf(init)
    // Processes that cannot be read are one group, no matter which files they see.
    if (one !== undefined && isReadable(one.init)) known.set(one, found)
  }
  return known
}

/** Whether a part of a container has the root of the container, and not that of a chroot or a container in it. */
const hasRootOf = async (proc: string, { init: part }: Group, { init: whole }: Group): Promise<boolean> => {
  if (part.root !== whole.root) return false
  const mount = await rootMountIn(`${proc}/${part.pid}`)
  return mount !== undefined && mount === await rootMountIn(`${proc}/${whole.pid}`)
}

const unreadableOf = ({ details, init }: Group): ReadonlyArray<Unread> => [
  ...details.uid === "unreadable" ? ["user"] as const : [],
  ...init.mounts === "unreadable" ? ["mount namespace"] as const : [],
  ...init.root === "unreadable" ? ["root"] as const : []
]

/** Lists all roots that processes have, in the order of the PIDs of their first processes. */
export const list = async (
  { files = "/", proc = "/proc" }: Places = {},
  signal?: AbortSignal
): Promise<ReadonlyArray<Container>> => {
  const machine = new Machine(proc, await readProcesses(proc, signal))
  const records = new Records(files)
  const accepted = new Map<Group, Accepted>()
  for (const one of machine.groups) {
    const found = one === machine.host ? undefined : await accept(machine, records, one)
    if (found !== undefined) accepted.set(one, found)
  }
  const started = await startedOf(machine, records, accepted)
  const whole = wholes(machine, accepted)
  const containers = machine.groups.map(async (one): Promise<Container> => {
    const { command, pid, startTime } = one.init
    const { uid } = one.details
    const claim = accepted.get(one)
    const kind = one === machine.host
      ? { runtime: "host" as const, imageRoot: "/" }
      : claim === undefined
      ? started.get(one) ?? plain(machine, one)
      : containerOf(claim)
    const around = whole.get(one)
    const { imageRoot, ...others } = kind
    const isKnown = imageRoot !== undefined && (around === undefined || await hasRootOf(proc, one, around))
    return {
      pid,
      startTime,
      command,
      ...others,
      imageRoot: isKnown ? imageRoot : undefined,
      user: uid === "unreadable" ? undefined : await records.user(uid) ?? String(uid),
      processes: one.members.size,
      inside: around?.init.pid,
      unreadable: [...unreadableOf(one), ...kind.unreadable ?? []]
    }
  })
  return (await Promise.all(containers)).toSorted((a, b) => a.pid - b.pid)
}
