/** Finds out which container a process claims to be in, from the text of its `/proc/<pid>/cgroup`. */

export type Runtime =
  | "docker"
  | "containerd"
  | "nerdctl"
  | "cri-o"
  | "podman"
  | "kubernetes"
  | "lxc"
  | "lxd"
  | "incus"
  | "systemd-nspawn"
  | "runc"
  | "crun"
  /** There is an id, but nothing shows which runtime it belongs to. */
  | "unknown"

/**
 * What the path of a cgroup says. It is only a claim: anyone who can create cgroups can name one after another
 * container. `list` in `find.ts` compares it with the records of the runtimes.
 */
export interface Claim {
  readonly runtime: Runtime
  /** 64 hexadecimal digits. */
  readonly id?: string
  readonly name?: string
  readonly podUid?: string
  /** The systemd unit that the machine runs in. */
  readonly unit?: string
  /**
   * The user whose service manager created the cgroup. A rootless runtime keeps its records in the home of that user.
   */
  readonly userId?: number
  /**
   * Who can have created the cgroup besides the system: a container that it is in, or the user whose service manager
   * runs it.
   */
  readonly creator?: "container" | "user"
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,252}$/

/** Returns a name that runtimes allow. Any other text, such as one with escape sequences, is not a name. */
export const validName = (text: unknown): string | undefined =>
  typeof text === "string" && NAME.test(text) ? text : undefined

const ID = /^[0-9a-f]{64}$/

export const isId = (text: string): boolean => ID.test(text)

const prefixes: Readonly<Record<string, Runtime>> = {
  "docker-": "docker",
  "cri-containerd-": "containerd",
  "nerdctl-": "nerdctl",
  "crio-": "cri-o",
  "libpod-": "podman",
  "libpod-payload-": "podman",
  // rootless docker, if the user's service manager may not limit anything, and other programs that choose no cgroup
  "runc-": "runc"
}

/**
 * Also matches `slice:prefix:id`. runc writes this if it is given the name of a slice but creates cgroups without
 * systemd.
 */
const PREFIXED = /^(?:[^:]*\.slice:)?([a-z-]+[-:])([0-9a-f]{64})(?:\.scope)?$/

const UUID = "[0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}"

/**
 * Static pods, which the kubelet reads from files, have a hash as their uid. Slices can have a name before `kubepods`.
 */
const POD = new RegExp(`^(?:[^:]*-)?pod(${UUID}|[0-9a-f]{32})(?:\\.slice(?::.*)?)?$`)

const MONITOR = /^(?:crio|libpod)-conmon-|^lxc\.monitor(?:\.|$)/

/**
 * libvirt registers its machines in the same slice, as `qemu-<number>-<name>` and `lxc-<number>-<name>`. They are
 * excluded.
 */
const MACHINE = /^(?:machine-(?!(?:qemu|lxc)\\x2d\d+\\x2d)(.+)\.scope|systemd-nspawn@(.+)\.service)$/

/** Decodes the escapes in names of systemd units. */
const unescapeUnit = (text: string): string =>
  text.replace(/\\x([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))

const named = (runtime: Runtime, text: string): Claim => {
  const name = validName(text)
  return name === undefined ? { runtime } : { runtime, name }
}

/** The parts of the path of a cgroup. */
interface Path {
  readonly segments: ReadonlyArray<string>
  /** Whether its first segments are not known. */
  readonly hidden: boolean
}

/**
 * An id without a prefix. Only the segments before it show the runtime, unless the user has chosen them: docker accepts
 * any parent, such as `/ecs/<cluster>/<task>` in Amazon ECS.
 */
const bare = (id: string, { hidden, segments }: Path, i: number): Claim | undefined => {
  const parent = segments[i - 1]
  if (parent === undefined) return hidden ? { runtime: "unknown", id } : undefined
  if (parent === "docker") return { runtime: "docker", id }
  if (POD.test(parent)) return { runtime: "containerd", id }
  // A pod of podman: its containers have cgroups of their own in it, and so have their monitors.
  if (parent === "libpod_parent") return undefined
  const isNamespace = i === 1 && !/\.(?:slice|scope|service)$/.test(parent)
  return { runtime: isNamespace ? "nerdctl" : "unknown", id }
}

const machine = (unit: string, { segments }: Path, i: number): Claim | undefined => {
  // The supervisor of the machine does not run inside it.
  if (segments[i - 1] !== "machine.slice" || segments[i + 1] === "supervisor") return undefined
  const [, scope, service] = MACHINE.exec(unit) ?? []
  const text = scope ?? service
  return text === undefined ? undefined : { ...named("systemd-nspawn", unescapeUnit(text)), unit }
}

const segmentClaim = (segment: string, path: Path, i: number): Claim | undefined => {
  const [, prefix = "", id] = PREFIXED.exec(segment) ?? []
  const runtime = prefixes[prefix.replace(/:$/, "-")]
  if (runtime !== undefined && id !== undefined) return { runtime, id }
  if (isId(segment)) return bare(segment, path, i)
  const [, runc] = /^runc-(.+)\.scope$/.exec(segment) ?? []
  if (runc !== undefined) return named("runc", runc)
  const [, payload] = /^lxc\.payload\.(.+)$/.exec(segment) ?? []
  if (payload !== undefined) return named("lxc", payload)
  const parent = path.segments[i - 1]
  if (parent === "lxc.payload" || parent === "lxc") return named("lxc", segment)
  return machine(segment, path, i)
}

const podUidOf = (segment: string | undefined): string | undefined =>
  segment === undefined ? undefined : POD.exec(segment)?.[1]?.replaceAll("_", "-")

/** Only at the beginning of a path: further inside, it is a user of the container. */
const MANAGER = /^(?:user\.slice\/)?(?:user-\d+\.slice\/)?user@(\d{1,10})\.service\//

/** The service manager of root is as trustworthy as that of the system, and root's runtimes use the same files. */
const userIdOf = (segments: ReadonlyArray<string>): number | undefined => {
  const id = Number(MANAGER.exec(segments.join("/"))?.[1] ?? 0)
  return id === 0 ? undefined : id
}

const kubernetes: Claim = { runtime: "kubernetes" }

/** The claims in one path, the innermost first, since containers can contain containers. */
const claimsOfPath = (text: string): ReadonlyArray<Claim> => {
  const all = text.replace(/ \(deleted\)$/, "").split("/")
  // `..` replaces the part of the path that is outside the cgroup namespace of the reader.
  const segments = all.filter((segment) => segment !== "" && segment !== "..")
  const path: Path = { segments, hidden: all.includes("..") }
  const claims: Array<Claim> = []
  let inMonitor = false
  for (let i = segments.length - 1; i >= 0; i--) {
    const segment = segments[i] ?? ""
    const container = segmentClaim(segment, path, i)
    inMonitor ||= MONITOR.test(segment)
    const ownPod = podUidOf(segment)
    const parentPod = container === undefined ? undefined : podUidOf(segments[i - 1])
    const podUid = ownPod ?? parentPod
    // A monitor runs in the cgroup of the pod, but not in the pod.
    const claim = container ?? (ownPod === undefined || inMonitor ? undefined : kubernetes)
    if (claim === undefined) continue
    claims.push(podUid === undefined ? claim : { ...claim, podUid })
    // The segment of this container's pod is not another claim.
    if (parentPod !== undefined) i--
  }
  const userId = userIdOf(segments)
  const ofUser: Partial<Claim> = userId === undefined ? {} : { userId, creator: "user" }
  return claims.flatMap((claim, i) => {
    if (i === claims.length - 1) return { ...claim, ...ofUser }
    // In a container, any program can use such digits for something else.
    return claim.runtime === "unknown" ? [] : { ...claim, ...ofUser, creator: "container" }
  })
}

/**
 * If containers are nested deeper than anybody really nests them, only this many of the innermost and of the outermost
 * ones are looked up.
 */
const DEEPEST = 4

/** A line is `<number>:<controllers>:<path>`. The path can contain colons, but the kernel allows no newline in it. */
const pathOf = (line: string): string | undefined => /^\d+:[^:]*:(\/.*)$/.exec(line)?.[1]

/**
 * The containers that the text of `/proc/<pid>/cgroup` names, the innermost first. Version 1 has one line per
 * hierarchy, and the lines can disagree: the longest path that names a container is used.
 */
export const claims = (text: string): ReadonlyArray<Claim> => {
  const paths = text.split("\n").flatMap((line) => pathOf(line) ?? [])
  for (const path of new Set(paths.toSorted((a, b) => b.length - a.length))) {
    const found = claimsOfPath(path)
    if (found.length > 0) {
      return found.length > 2 * DEEPEST
        ? [...found.slice(0, DEEPEST), ...found.slice(-DEEPEST)]
        : found
    }
  }
  return []
}
