/** Asks the kernel to resolve a path in one call. What it cannot answer surely is `undefined`, and is walked. */
import { closeSync, openSync } from "node:fs"
import { constants } from "node:os"
import type { Policy } from "@procfsroot/path/Policy"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import { O_DIRECTORY, O_NOFOLLOW, O_PATH } from "../constants.js"
import { type Call, type Openat2, Resolve } from "../native/openat2.js"
import type { PinnedRoot } from "../pinnedRoot.js"

const { EAGAIN, EINVAL, ELOOP } = constants.errno

/** `MAXSYMLINKS` of `include/linux/namei.h`: under a smaller budget, the kernel follows more than it may. */
const KERNEL_LINKS = 40

/** Renames anywhere on the machine cause EAGAIN, in bursts of a thousand and more; the walk has no such trouble. */
const ATTEMPTS = 4

interface Question {
  readonly path: string
  /** The answer, if no link is met. */
  readonly plain: RootedPath | undefined
  readonly flags: number
  readonly resolve: number
  /** No link may be followed, so that the question without links is the only one. */
  readonly noLinks: boolean
  /** The kernel might follow more links than the budget has. */
  readonly overBudget: boolean
}

/** An empty, `.` or `..` component somewhere, or the root itself. */
const unclean = /\/\.{0,2}(?:\/|$)/

/** A path that ends in `.`, `..` or a slash, or is the root. */
const endsInNoName = /(?:^|\/)\.{0,2}$/

/** No errno: the kernel was not asked, or what it opened cannot be told from something else. */
const UNKNOWN = 0

const question = (path: string, policy: Policy): Question | undefined => {
  if (policy.lastComponent === "unchecked" || !path.isWellFormed()) return undefined
  const absolute = path.startsWith("/")
  // Under `reject` an absolute path begins at the root, under RESOLVE_BENEATH it is an error.
  const asked = policy.containment === "reject" && absolute ? path.replace(/^\/+/, "") || "." : path
  const rooted = absolute ? path : `/${path}`
  const noLinks = policy.symlinks === "forbid" || policy.maxSymlinks === 0
  // That scoped lookups refuse magic links anyway "may change in the future" (openat2(2)), so they are refused expressly.
  const contained = Resolve.noMagicLinks | (policy.containment === "clamp" ? Resolve.inRoot : Resolve.beneath)
  return {
    path: asked,
    plain: unclean.test(rooted) ? undefined : rooted as RootedPath, // just what the brand asks for
    flags: policy.lastComponent === "keep" ? O_NOFOLLOW : 0,
    resolve: noLinks ? contained | Resolve.noSymlinks : contained,
    noLinks,
    overBudget: policy.maxSymlinks < KERNEL_LINKS && !noLinks
  }
}

/** The share of successes among the last 16 questions or so. */
class SuccessRate {
  #average = 1
  #waived = 0

  get average(): number {
    return this.#average
  }

  /** Whether to ask it, which pays from this share on; now and then, it is asked all the same. */
  isWorthAsking(share: number): boolean {
    return this.#average > share || (this.#waived++ & 15) === 0
  }

  record(success: boolean): void {
    this.#average += ((success ? 1 : 0) - this.#average) / 16
  }
}

/** A miss of the question without links costs a quarter of what a success saves. */
const PLAIN_PAYS = 0.3

/** A walk of what is there costs three times what the kernel's refusal does. */
const KERNEL_PAYS = 0.25

/** More than the directories of most roots; a root that has more begins anew. */
const MAX_AREAS = 64

const DELETED = " (deleted)"

/** @internal */
export class KernelRoot implements Disposable {
  readonly #root: PinnedRoot
  /** The root's own name in `#descriptors`. */
  readonly #name: string
  readonly #openat2: Openat2
  readonly #descriptors = openSync("/proc/self/fd", O_PATH | O_DIRECTORY)
  readonly #answers = new SuccessRate()
  readonly #areas = new Map<string, SuccessRate>()
  #ownPathSeen: string | undefined
  /** It, where it names the root on this side too, and which directory that is. */
  #place: string | undefined
  #identity: string | undefined
  #hasCached = true

  constructor(root: PinnedRoot, openat2: Openat2) {
    this.#root = root
    this.#name = String(root.fd)
    this.#openat2 = openat2
  }

  resolve(path: string, policy: Policy): RootedPath | undefined {
    // What is missing has to be walked in any case, to tell where.
    if (this.#answers.average < KERNEL_PAYS) return undefined
    const asked = question(path, policy)
    const answer = asked && this.#ask(asked)
    if (typeof answer !== "string") return undefined
    this.#answers.record(true)
    return answer
  }

  /**
   * What the kernel can answer without waiting for any file system, from the names that it has in memory (RESOLVE_CACHED);
   * EAGAIN where it would have to wait, another number where only a walk can tell.
   */
  resolveCached(path: string, policy: Policy): RootedPath | number {
    const asked = question(path, policy)
    if (asked === undefined) return UNKNOWN
    // A directory that no name of its own leads to is verified once more, by NFS and 9p, and that may wait (`complete_walk`).
    if (!this.#hasCached || endsInNoName.test(asked.path)) return EAGAIN
    const answer = this.#ask(asked, Resolve.cached)
    if (answer !== EINVAL) return answer
    // Before Linux 5.12 there is no such flag.
    this.#hasCached = false
    return EAGAIN
  }

  /** Whether a walk arrived, where this had no answer. */
  tell(arrived: boolean): void {
    this.#answers.record(arrived)
  }

  /** The answer, or an errno. */
  #ask(asked: Question, also = 0): RootedPath | number {
    if (asked.plain !== undefined) {
      const rate = this.#rateIn(asked.plain)
      if (asked.noLinks || rate.isWorthAsking(PLAIN_PAYS)) {
        const fd = this.#open(asked, Resolve.noSymlinks | also)
        if (fd >= 0) {
          rate.record(true)
          this.#openat2.close(fd)
          return asked.plain
        }
        if (fd !== -ELOOP) return -fd
        rate.record(false)
      }
    }
    if (asked.overBudget) return UNKNOWN
    const fd = this.#open(asked, also)
    if (fd < 0) return -fd
    // To ask for the root by its path might have to wait.
    return this.#take(fd, also === 0 ? this.#ownPath() : this.#readOwnPath()) ?? UNKNOWN
  }

  /** `/bin` may be a link, and `/usr` have none: each directory of the root has its own. */
  #rateIn(path: RootedPath): SuccessRate {
    const slash = path.indexOf("/", 1)
    const area = slash === -1 ? path : path.slice(0, slash)
    let rate = this.#areas.get(area)
    if (rate === undefined) {
      if (this.#areas.size === MAX_AREAS) this.#areas.clear()
      this.#areas.set(area, rate = new SuccessRate())
    }
    return rate
  }

  /** A descriptor of the file itself, opened with O_PATH, to be closed by `close`. */
  open(path: string, policy: Policy): number | undefined {
    const asked = question(path, policy)
    const fd = asked === undefined ? -1 : this.#open(asked)
    return fd < 0 ? undefined : fd
  }

  readonly close = (fd: number): void => this.#openat2.close(fd)

  /** One call on the thread pool, for whatever may make the kernel wait. */
  resolveAsync(path: string, policy: Policy): Promise<RootedPath | undefined> {
    const asked = question(path, policy)
    if (asked === undefined || asked.overBudget) return Promise.resolve(undefined)
    return new Promise((resolve) =>
      this.#openat2.openAsync(this.#root.fd, asked, (fd) => {
        resolve(fd < 0 ? undefined : this.#take(fd, this.#readOwnPath()))
      })
    )
  }

  #open({ flags, path, resolve }: Question, also = 0): number {
    return this.#call(this.#root.fd, { path, flags, resolve: resolve | also })
  }

  #call(directory: number, call: Call): number {
    for (let attempt = 1;; attempt++) {
      const fd = this.#openat2.open(directory, call)
      if (fd !== -EAGAIN || attempt === ATTEMPTS || (call.resolve & Resolve.cached) !== 0) return fd
    }
  }

  /**
   * The errno with which the kernel refuses any `openat2`: it is too old, or a seccomp filter forbids the call, which stays so.
   * Asked on procfs, which never makes it wait.
   */
  get refusal(): number | undefined {
    const fd = this.#call(this.#descriptors, { path: ".", flags: 0, resolve: Resolve.noMagicLinks | Resolve.inRoot })
    if (fd >= 0) this.#openat2.close(fd)
    return fd >= 0 || fd === -EAGAIN ? undefined : -fd
  }

  #take(fd: number, ownPath: string | undefined): RootedPath | undefined {
    try {
      return this.#inRoot(fd, ownPath)
    } finally {
      this.#openat2.close(fd)
    }
  }

  /** Where a descriptor is, by the path the kernel shows for it; see `proc(5)`, `/proc/pid/fd`. */
  #inRoot(fd: number, ownPath: string | undefined): RootedPath | undefined {
    const path = this.#openat2.readlink(this.#descriptors, String(fd))
    // The name may really end so; only the walk can tell.
    if (path === undefined || ownPath === undefined || path.endsWith(DELETED)) return undefined
    if (ownPath === "/") return path as RootedPath // the kernel's own path of something in `/` is clean
    if (path === ownPath) return "/" as RootedPath // the root itself
    // Moved out of the root while it was opened, or the root itself was moved.
    return path.startsWith(ownPath) && path.charCodeAt(ownPath.length) === SLASH
      ? path.slice(ownPath.length) as RootedPath // clean, as the kernel's whole path is
      : undefined
  }

  /**
   * The kernel's own path of the root. Whoever renames the root in between must not change an answer, so it is asked for
   * each time; that the path seen last still names the root is known at half the price, where it does on this side.
   */
  #ownPath(): string | undefined {
    if (this.#place !== undefined && this.#openat2.identify(this.#root.fd, this.#place) === this.#identity) {
      return this.#place
    }
    const path = this.#readOwnPath()
    if (path !== undefined && path !== this.#ownPathSeen) {
      this.#ownPathSeen = path
      this.#identity = this.#openat2.identify(this.#root.fd, "")
      this.#place = this.#identity !== undefined && this.#openat2.identify(this.#root.fd, path) === this.#identity
        ? path
        : undefined
    }
    return path
  }

  #readOwnPath(): string | undefined {
    return this.#openat2.readlink(this.#descriptors, this.#name)
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptors)
  }
}

const SLASH = 47
