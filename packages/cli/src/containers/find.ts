/** The roots of this machine, by what procfs and the records of runtimes say, without asking a daemon. */
import { readlinkSync } from "node:fs"
import type { Claim, Runtime } from "./cgroup.js"
import { errnoOf } from "./errno.js"
import { type Facts, type Record, Records } from "./names.js"
import { type Group, group, isReadable, type Process, readProcesses } from "./processes.js"

/** What could not be read, as people call it. */
type Unread = "user" | "mount namespace" | "root" | "name" | "image root"

/** Processes that see the same files. */
export interface Container {
  /** Of its first process. */
  readonly pid: number
  /** Of that process: a later one with the same number has another. See `pin`. */
  readonly startTime: number
  /** The name of the user that the process runs as, or the number if there is no name. Absent if unreadable. */
  readonly user?: string
  readonly command: string
  /** `unknown` if nothing tells, `namespace` for a mount namespace that no runtime is known to have made. */
  readonly runtime: Runtime | "host" | "chroot" | "namespace"
  readonly name?: string
  /** 64 hexadecimal digits. */
  readonly id?: string
  readonly pod?: string
  /** Of Kubernetes; the project of LXD and Incus. */
  readonly namespace?: string
  readonly podUid?: string
  /** Where the root is on the host. */
  readonly imageRoot?: string
  /** How many processes there are. */
  readonly processes: number
  /** The first process of the container that this is a part of: it has another mount namespace or another root. */
  readonly inside?: number
  readonly unreadable: ReadonlyArray<Unread>
}

export interface Places {
  /** Where procfs is mounted. */
  readonly proc?: string
  /** Where the directory is that has `/run` and `/var/lib` of the machine in it. */
  readonly files?: string
}

/** A claim that nothing contradicts. */
interface Accepted {
  readonly claim: Claim
  readonly record: Record
  /** The runtime's record says that it started a process of this group. */
  readonly confirmed: boolean
}

const linkIfAny = (path: string): string | undefined => {
  try {
    return readlinkSync(path)
  } catch (error) {
    errnoOf(error)
    return undefined
  }
}

/** Anyone can make longer chains of processes, and following all of them for each process takes too long. */
const DEEPEST = 1000

/** Everything that is known of the processes, to compare claims with. */
class Machine {
  readonly groups: ReadonlyArray<Group>
  readonly #groupOf = new Map<number, Group>()
  readonly #processes: ReadonlyMap<number, Process>
  /** The host's processes: where its first process is, or, if that may not be seen, where this one is. */
  readonly host: Group | undefined
  readonly #pidNamespace: string | undefined

  constructor(proc: string, processes: ReadonlyArray<Process>) {
    this.#processes = new Map(processes.map((process) => [process.pid, process]))
    this.groups = group(proc, processes)
    for (const one of this.groups) {
      for (const pid of one.members.keys()) this.#groupOf.set(pid, one)
    }
    const [first, own] = [1, Number(linkIfAny(`${proc}/self`))].map((pid) => this.#groupOf.get(pid))
    this.host = first !== undefined && isReadable(first.init) ? first : own
    this.#pidNamespace = linkIfAny(`${proc}/self/ns/pid`)
  }

  /** The group of the process that a record names, if it is still that process. */
  groupOf(init: Facts["init"]): Group | undefined {
    const process = init && this.#processes.get(init.pid)
    if (process === undefined || (init?.startTime ?? process.startTime) !== process.startTime) return undefined
    return this.#groupOf.get(process.pid)
  }

  /** The first group that `isWanted` among those of the parent, its parent, and so on. */
  ancestor(one: Group, isWanted: (group: Group) => boolean): Group | undefined {
    let process = this.#processes.get(one.init.parent)
    for (let depth = 0; process !== undefined && depth < DEEPEST; depth++) {
      const found = this.#groupOf.get(process.pid)
      if (found !== undefined && found !== one && found !== this.host && isWanted(found)) return found
      process = this.#processes.get(process.parent)
    }
    return undefined
  }

  /** A PID namespace that not everybody is in: who is in it was started in the container that it was made for. */
  ownPidNamespace({ details }: Group): string | undefined {
    const { pidNamespace } = details
    return pidNamespace === "unreadable" || pidNamespace === this.#pidNamespace ? undefined : pidNamespace
  }

  /** Whether `one` was made in the container whose processes are `other`. */
  isInside(one: Group, other: Group): boolean {
    const pidNamespace = this.ownPidNamespace(one)
    return (pidNamespace !== undefined && pidNamespace === this.ownPidNamespace(other)) ||
      this.ancestor(one, (group) => group === other) !== undefined
  }
}

/**
 * The innermost claim that the records confirm, or else that they do not contradict. Anyone who may make cgroups can
 * claim to be another's container, but cannot make the runtime's first process their own.
 */
const accept = async (machine: Machine, records: Records, one: Group): Promise<Accepted | undefined> => {
  let open: Accepted | undefined
  for (const claim of one.details.claims) {
    const record = await records.find(claim)
    const started = machine.groupOf(record.init)
    if (started === one) return { claim, record, confirmed: true }
    const isFalse = record.init?.pid === 0 || (started !== undefined && !machine.isInside(one, started))
    if (!isFalse) open ??= { claim, record, confirmed: false }
  }
  return open
}

const keyOf = ({ id, name, podUid, runtime }: Claim): string => JSON.stringify([runtime, id ?? name ?? podUid])

/** For each group that is a part of another with the same claim, that other. */
const outerOf = (
  machine: Machine,
  same: ReadonlyMap<Group, Accepted>
): ReadonlyMap<Group, Group> => {
  const outer = new Map<Group, Group>()
  for (const one of same.keys()) {
    const around = machine.ancestor(one, (group) => same.has(group))
    if (around !== undefined) outer.set(one, around)
  }
  // The first of each PID namespace, the confirmed one before others.
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

/** For each part of a container, the container itself. */
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

/** The cgroup's form alone does not tell these from others, but the records do. */
const vague: ReadonlyArray<Runtime> = ["unknown", "nerdctl", "containerd", "lxc"]

const containerOf = ({ claim, record }: Accepted): Partial<Container> & { readonly runtime: Runtime } => {
  const { imageRoot, namespace, pod, refused } = record
  const { id, podUid } = claim
  const name = record.name ?? claim.name
  const unread: ReadonlyArray<Unread> = [
    ...name === undefined ? ["name"] as const : [],
    ...imageRoot === undefined ? ["image root"] as const : []
  ]
  return {
    runtime: vague.includes(claim.runtime) ? record.runtime ?? claim.runtime : claim.runtime,
    ...name === undefined ? {} : { name },
    ...id === undefined ? {} : { id },
    ...pod === undefined ? {} : { pod },
    ...namespace === undefined ? {} : { namespace },
    ...podUid === undefined ? {} : { podUid },
    ...imageRoot === undefined ? {} : { imageRoot },
    unreadable: refused ? unread : []
  }
}

type Kind = Partial<Container> & Pick<Container, "runtime">

/** What no runtime is known to have made. */
const plain = ({ host }: Machine, { init }: Group): Kind => {
  if (!isReadable(init)) return { runtime: "unknown" }
  // The link names a host path only for those who have the host's mounts.
  return init.mounts === host?.init.mounts ? { runtime: "chroot", imageRoot: init.root } : { runtime: "namespace" }
}

/** Without systemd, the cgroup of a container of runc is a name like any other. */
const ofRunc = async (machine: Machine, records: Records): Promise<ReadonlyMap<Group, Kind>> => {
  const known = new Map<Group, Kind>()
  for (const { init, ...found } of await records.runc()) {
    const one = machine.groupOf(init)
    if (one !== undefined) known.set(one, { runtime: "runc", ...found })
  }
  return known
}

const unreadableOf = ({ details, init }: Group): ReadonlyArray<Unread> => [
  ...details.uid === "unreadable" ? ["user"] as const : [],
  ...init.mounts === "unreadable" ? ["mount namespace"] as const : [],
  ...init.root === "unreadable" ? ["root"] as const : []
]

/** All roots that processes have, by the number of their first process. */
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
  const runc = await ofRunc(machine, records)
  const whole = wholes(machine, accepted)
  const containers = machine.groups.map(async (one): Promise<Container> => {
    const { command, pid, startTime } = one.init
    const { uid } = one.details
    const claim = accepted.get(one)
    const kind = one === machine.host
      ? { runtime: "host" as const, imageRoot: "/" }
      : claim === undefined
      ? runc.get(one) ?? plain(machine, one)
      : containerOf(claim)
    const around = whole.get(one)
    return {
      pid,
      startTime,
      command,
      ...kind,
      ...uid === "unreadable" ? {} : { user: await records.user(uid) ?? String(uid) },
      processes: one.members.size,
      ...around === undefined ? {} : { inside: around.init.pid },
      unreadable: [...unreadableOf(one), ...kind.unreadable ?? []]
    }
  })
  return (await Promise.all(containers)).toSorted((a, b) => a.pid - b.pid)
}
