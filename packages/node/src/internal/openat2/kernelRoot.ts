/**
 * Asks the kernel to resolve a path in one call, or in a few more if a name is missing. The result is `undefined` if
 * the kernel's answer is not certain. Then the path is walked.
 */
import { closeSync, openSync } from "node:fs"
import { constants } from "node:os"
import { type Policy, textOf } from "@procfsroot/path/Policy"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import type { Unresolved } from "@procfsroot/path/Walk"
import * as Limits from "@procfsroot/vfs/Limits"
import * as SuccessRate from "@procfsroot/vfs/SuccessRate"
import { O_DIRECTORY, O_NOFOLLOW, O_PATH, SELF_FD } from "../constants.js"
import { type Call, type Openat2, Resolve } from "../native/openat2.js"
import type { PlaceIdentity } from "../native/statx.js"
import type { PinnedRoot } from "../pinnedRoot.js"
import { type Guess, MissingNames } from "./missingNames.js"

const { EAGAIN, EINVAL, ELOOP, ENOENT } = constants.errno

/**
 * Renames anywhere on the machine can cause EAGAIN, sometimes a thousand times in a row. The walk does not
 * have this problem.
 */
const ATTEMPTS = 4

interface Question {
  readonly path: string
  /** The path with a leading slash. */
  readonly rooted: string
  readonly flags: number
  readonly resolve: number
  /** No link may be followed, so only the call without links is made. */
  readonly noLinks: boolean
  /** The policy allows fewer links than the kernel follows. */
  readonly overBudget: boolean
  /** A missing name is an error. */
  readonly mustExist: boolean
}

/** How a path is looked up. */
interface Way {
  /** Further flags of `openat2`. */
  readonly also: number
  /**
   * Whether to search for the missing name by `readlinkat`, after `openat2` has found that no link is before it. This
   * costs half as much. But if a directory becomes a link in between, the kernel follows it, even out of the root. So
   * it is only for results that are paths (`docs/security.md`).
   */
  readonly byName: boolean
}

const usual: Way = { also: 0, byName: true }
const raceFree: Way = { also: 0, byName: false }
/** Without waiting for any file system, as `readlinkat` might. */
const cached: Way = { also: Resolve.cached, byName: false }

/** Where a path leads, or which of its names is missing. */
type Answer = RootedPath | Unresolved

/** Matches a path with an empty, `.` or `..` component, or the root itself. */
const unclean = /\/\.{0,2}(?:\/|$)/

/** The result if the path has no links. */
const plainOf = ({ rooted }: Question): RootedPath | undefined =>
  unclean.test(rooted) ? undefined : rooted as RootedPath // it is clean

/** Matches a path that ends in `.`, `..` or a slash, or is the root. */
const endsInNoName = /(?:^|\/)\.{0,2}$/

/** Not an errno: the kernel was not asked, or the path of the file that it opened is not certain. */
const UNKNOWN = 0

const question = (given: string, policy: Policy): Question | undefined => {
  const path = textOf(policy, given)
  if (policy.lastComponent === "unchecked" || !path.isWellFormed()) return undefined
  const absolute = path.startsWith("/")
  // With `reject`, an absolute path starts at the root, but RESOLVE_BENEATH refuses it.
  const asked = policy.containment === "reject" && absolute ? path.replace(/^\/+/, "") || "." : path
  const noLinks = policy.symlinks === "forbid" || policy.maxSymlinks === 0
  // Scoped lookups refuse magic links anyway, but that "may change in the future" (openat2(2)), so it is requested
  // explicitly.
  const contained = Resolve.noMagicLinks | (policy.containment === "clamp" ? Resolve.inRoot : Resolve.beneath) |
    (policy.mounts === "forbid" ? Resolve.noXdev : 0)
  return {
    path: asked,
    rooted: absolute ? path : `/${path}`,
    flags: policy.lastComponent === "keep" ? O_NOFOLLOW : 0,
    resolve: noLinks ? contained | Resolve.noSymlinks : contained,
    noLinks,
    overBudget: policy.maxSymlinks < Limits.MAXSYMLINKS && !noLinks,
    mustExist: policy.missing === "error"
  }
}

/**
 * The success rate from which the call without links is worth it: a failed one costs a quarter of what a
 * successful one saves.
 */
const PLAIN_PAYS = 0.3

/** If a smaller share of paths exists, a path with links is walked without asking the kernel about all of it first. */
const FEW_EXIST = 0.25

const missing = { _tag: "Missing" } as const

/** More top-level directories than most roots have. For a root with more, counting starts again. */
const MAX_AREAS = 64

const DELETED = " (deleted)"

/** The kernel's path of the root. */
interface OwnPath {
  readonly text: string
  /** The bytes with which the paths of files in the root begin, before the slash. */
  readonly prefix: Uint8Array
}

const ownPathOf = (text: string): OwnPath => ({
  text,
  prefix: SurrogateEscape.encode(text === "/" ? "" : text) as Uint8Array // the text was decoded from bytes
})

/**
 * An open descriptor of the directory that lists this process's descriptors.
 *
 * @internal
 */
export class Descriptors implements Disposable {
  readonly fd: number

  constructor() {
    this.fd = openSync(SELF_FD, O_PATH | O_DIRECTORY)
  }

  [Symbol.dispose](): void {
    closeSync(this.fd)
  }
}

/** @internal */
export class KernelRoot implements Disposable {
  readonly #root: PinnedRoot
  /** The name of the root's descriptor in `#descriptors`. */
  readonly #name: string
  readonly #openat2: Openat2
  #own: Disposable | undefined
  readonly #descriptors: number
  readonly #answers = SuccessRate.make()
  readonly #missing = new MissingNames()
  readonly #areas = new Map<string, SuccessRate.SuccessRate>()
  #ownPath: OwnPath | undefined
  /** The last one for which `#placed` was found out. */
  #ownPathSeen: OwnPath | undefined
  /** The same path, if it leads to the root in this process's mount namespace too, and the root's identity. */
  #placed: { readonly ownPath: OwnPath; readonly identity: PlaceIdentity } | undefined
  #hasCached = true

  /** Opens its own `Descriptors`, unless they are passed. */
  constructor(root: PinnedRoot, openat2: Openat2, shared?: Pick<Descriptors, "fd">) {
    const { fd } = shared ?? (this.#own = new Descriptors())
    this.#descriptors = fd
    this.#root = root
    this.#name = String(root.fd)
    this.#openat2 = openat2
  }

  resolve(path: string, policy: Policy): Answer | undefined {
    const asked = question(path, policy)
    const answer = asked && this.#ask(asked, usual)
    return typeof answer === "number" ? undefined : answer
  }

  /** Like `resolve`, for a caller that does not need to know which name is missing. */
  locate(path: string, policy: Policy): RootedPath | undefined {
    const asked = question(path, policy)
    const answer = asked && this.#ask({ ...asked, mustExist: false }, raceFree)
    return typeof answer === "string" ? answer : undefined
  }

  /** What the kernel can resolve from its caches, without waiting for any file system (RESOLVE_CACHED). */
  resolveCached(path: string, policy: Policy): Answer | undefined {
    if (!this.#hasCached) return undefined
    const asked = question(path, policy)
    // NFS and 9p verify a directory again if the path does not end in its name, and this may wait (`complete_walk`).
    if (asked === undefined || endsInNoName.test(asked.path)) return undefined
    const answer = this.#ask(asked, cached)
    // Linux before 5.12 does not know this flag.
    if (answer === EINVAL) this.#hasCached = false
    return typeof answer === "number" ? undefined : answer
  }

  /** Records whether a walk found the file, after the kernel gave no certain answer. */
  recordWalk(found: boolean): void {
    this.#answers.record(found)
  }

  /** The answer, or an errno. */
  #ask(asked: Question, way: Way): Answer | number {
    const answer = this.#askFor(asked, way)
    if (typeof answer !== "number") this.#answers.record(typeof answer === "string")
    return answer
  }

  #askFor(asked: Question, way: Way): Answer | number {
    const { also } = way
    const answer = this.#askWithoutLinks(asked, way)
    if (answer !== ELOOP) return answer
    // A missing path with links has to be walked anyway. A walk costs three times as much as a failed call.
    if (asked.overBudget || (also === 0 && this.#answers.average < FEW_EXIST)) return UNKNOWN
    const fd = this.#open(asked, also)
    if (fd < 0) return -fd
    // With RESOLVE_CACHED, the root is not looked up by its path, which might have to wait.
    return this.#take(fd, also === 0 ? this.#findOwnPath() : this.#readOwnPath()) ?? UNKNOWN
  }

  /** ELOOP if there may be a link on the way. */
  #askWithoutLinks(asked: Question, way: Way): Answer | number {
    const plain = plainOf(asked)
    if (plain === undefined) return ELOOP
    const rate = this.#rateIn(plain)
    if (!asked.noLinks && !rate.isWorthAsking(PLAIN_PAYS)) return ELOOP
    const answer = this.#askPlain(asked, plain, way)
    if (typeof answer !== "number" || answer === ELOOP) rate.record(answer !== ELOOP)
    return answer
  }

  /** Which name of a path is missing, after `open` has found that one is. */
  missing(path: string, policy: Policy): Unresolved | undefined {
    const asked = question(path, policy)
    const answer = asked && this.#askWithoutLinks(asked, raceFree)
    return typeof answer === "object" ? answer : undefined
  }

  /** The answer for a path without links, or an errno: ELOOP if there is a link on the way. */
  #askPlain({ flags, mustExist, path, resolve }: Question, plain: RootedPath, { also, byName }: Way): Answer | number {
    const asked = { path, flags, resolve: resolve | Resolve.noSymlinks | also }
    // If most paths are missing, asking only for what is probably missing saves a call of the search.
    const guess = mustExist && this.#answers.average < FEW_EXIST ? this.#missing.guess(plain) : undefined
    const end = guess?.existing === undefined ? undefined : guess.ends[guess.existing]
    if (end !== undefined) {
      const errno = this.#probe({ ...asked, flags: 0, path: plain.slice(plain.length - path.length, end) })
      if (errno !== 0) return errno === ENOENT ? this.#search(asked, plain, byName, guess) : errno
    }
    const errno = this.#probe(asked)
    if (errno === 0) return plain
    return errno === ENOENT && mustExist ? this.#search(asked, plain, byName) : errno
  }

  /**
   * Searches for the first missing name. Since no link may be followed, ENOENT means that a name is missing and
   * everything before it is a directory, as in a walk. Begins at the guess, and then halves what is left. A guess that
   * is passed has already turned out not to be too low.
   */
  #search(asked: Call, plain: RootedPath, byName: boolean, guessed?: Guess): Answer | number {
    const { ends, existing: likely = ends.length } = guessed ?? this.#missing.guess(plain)
    const skipped = plain.length - asked.path.length // the slash that was put before it
    let existing = 0
    let absent = guessed === undefined ? ends.length + 1 : likely + 1
    let next = Math.max(likely, 1)
    while (absent - existing > 1) {
      const count = existing < next && next < absent ? next : (existing + absent) >> 1
      const end = ends[count - 1]
      const errno = byName
        // Without the slash, since this call does not keep absolute paths in the root.
        ? this.#openat2.probe(this.#root.fd, plain.slice(1, end))
        : this.#probe({ ...asked, flags: 0, path: plain.slice(skipped, end) })
      if (errno === 0) existing = count
      else if (errno === ENOENT) absent = count
      else return errno
      next = likely + 1
    }
    if (existing !== likely || guessed === undefined) this.#missing.record(plain, ends[existing - 1] ?? 0)
    // It is clean because the whole path is.
    return { _tag: "Failed", reason: missing, at: plain.slice(0, ends[existing]) as RootedPath }
  }

  /** 0 if the file exists, or an errno. */
  #probe(call: Call): number {
    const fd = this.#call(this.#root.fd, call)
    if (fd < 0) return -fd
    this.#openat2.close(fd)
    return 0
  }

  /** Each top-level directory has its own rate: `/bin` may be a link, while `/usr` contains none. */
  #rateIn(path: RootedPath): SuccessRate.SuccessRate {
    const slash = path.indexOf("/", 1)
    const area = slash === -1 ? path : path.slice(0, slash)
    let rate = this.#areas.get(area)
    if (rate === undefined) {
      if (this.#areas.size === MAX_AREAS) this.#areas.clear()
      this.#areas.set(area, rate = SuccessRate.make())
    }
    return rate
  }

  /**
   * Opens the file with O_PATH, or with other flags of `open(2)`, of which O_CREAT needs a mode. An O_PATH descriptor
   * must be closed by `close`, others by Node. Returns a negated errno if the kernel refuses: with O_PATH, -ENOENT means
   * that a name is missing.
   */
  open(path: string, policy: Policy, access?: number, mode?: number): number {
    const asked = question(path, policy)
    // A path without links cannot exceed the limit.
    return asked === undefined ? -EAGAIN : this.#open(asked, asked.overBudget ? Resolve.noSymlinks : 0, access, mode)
  }

  readonly close = (fd: number): void => this.#openat2.close(fd)

  #open({ flags, path, resolve }: Question, also = 0, access?: number, mode?: number): number {
    return this.#call(this.#root.fd, { path, flags, access, mode, resolve: resolve | also })
  }

  #call(directory: number, call: Call): number {
    for (let attempt = 1;; attempt++) {
      const fd = this.#openat2.open(directory, call)
      if (fd !== -EAGAIN || attempt === ATTEMPTS || (call.resolve & Resolve.cached) !== 0) return fd
    }
  }

  /**
   * The errno with which every `openat2` fails, if the kernel is too old or a seccomp filter forbids the call. Neither
   * changes later. Tests it on procfs, where a call never has to wait.
   */
  get refusal(): number | undefined {
    const fd = this.#call(this.#descriptors, { path: ".", flags: 0, resolve: Resolve.noMagicLinks | Resolve.inRoot })
    if (fd >= 0) this.#openat2.close(fd)
    return fd >= 0 || fd === -EAGAIN ? undefined : -fd
  }

  #take(fd: number, ownPath: OwnPath | undefined): RootedPath | undefined {
    try {
      return this.#inRoot(fd, ownPath)
    } finally {
      this.#openat2.close(fd)
    }
  }

  /**
   * The path inside the root of an open file, from the path that the kernel shows for its descriptor
   * (`/proc/pid/fd` in `proc(5)`).
   */
  #inRoot(fd: number, ownPath: OwnPath | undefined): RootedPath | undefined {
    // Otherwise the file was moved out of the root while it was opened, or the root was moved.
    const path = ownPath && this.#openat2.readlink(this.#descriptors, String(fd), ownPath.prefix)
    // A name can really end like this. Only the walk can tell the difference.
    if (path === undefined || path.endsWith(DELETED)) return undefined
    if (path === "") return "/" as RootedPath // it is the root
    return path.startsWith("/") ? path as RootedPath : undefined // the kernel's paths are clean
  }

  /**
   * The kernel's path of the root. It is not remembered, since a rename of the root must not change a result. But if
   * the last path leads to the root in this process's mount namespace too, checking that it still does costs half as
   * much as reading the path again.
   */
  #findOwnPath(): OwnPath | undefined {
    const { fd } = this.#root
    if (this.#placed !== undefined && this.#openat2.isAt(fd, this.#placed.ownPath.text, this.#placed.identity)) {
      return this.#placed.ownPath
    }
    const ownPath = this.#readOwnPath()
    if (ownPath !== undefined && ownPath !== this.#ownPathSeen) {
      this.#ownPathSeen = ownPath
      const identity = this.#openat2.identify(fd)
      this.#placed = identity !== undefined && this.#openat2.isAt(fd, ownPath.text, identity)
        ? { ownPath, identity }
        : undefined
    }
    return ownPath
  }

  #readOwnPath(): OwnPath | undefined {
    const text = this.#openat2.readlink(this.#descriptors, this.#name)
    if (text !== this.#ownPath?.text) this.#ownPath = text === undefined ? undefined : ownPathOf(text)
    return this.#ownPath
  }

  [Symbol.dispose](): void {
    this.#own?.[Symbol.dispose]()
  }
}
