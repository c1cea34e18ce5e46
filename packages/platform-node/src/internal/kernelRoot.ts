/** Asks the kernel to resolve a path in one call. What it cannot answer surely is `undefined`, and is walked. */
import { closeSync, openSync } from "node:fs"
import { constants } from "node:os"
import type { Policy } from "@procfsroot/path/Policy"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import { O_DIRECTORY, O_NOFOLLOW, O_PATH } from "./constants.js"
import { type Openat2, Resolve } from "./openat2.js"
import { fromNode } from "./pathBytes.js"
import type { PinnedRoot } from "./pinnedRoot.js"

const { EAGAIN, ELOOP, ENOSYS } = constants.errno

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
}

/** An empty, `.` or `..` component somewhere, or the root itself. */
const unclean = /\/\.{0,2}(?:\/|$)/

const question = (path: string, policy: Policy): Question | undefined => {
  if (policy.lastComponent === "unchecked" || !path.isWellFormed()) return undefined
  const absolute = path.startsWith("/")
  // Under `reject` an absolute path begins at the root, under RESOLVE_BENEATH it is an error.
  const asked = policy.containment === "reject" && absolute ? path.replace(/^\/+/, "") || "." : path
  const rooted = absolute ? path : `/${path}`
  return {
    path: asked,
    plain: unclean.test(rooted) ? undefined : rooted as RootedPath, // just what the brand asks for
    flags: policy.lastComponent === "keep" ? O_NOFOLLOW : 0,
    resolve: policy.containment === "clamp" ? Resolve.inRoot : Resolve.beneath
  }
}

/** How often the question without links should be asked first: where it succeeds, its answer needs no second call. */
class Luck {
  #average = 1
  #asked = 0

  /** A miss costs a quarter of what a success saves; now and then, it is tried all the same. */
  get worthTrying(): boolean {
    return this.#average > 0.3 || (this.#asked++ & 15) === 0
  }

  tell(success: boolean): void {
    this.#average += ((success ? 1 : 0) - this.#average) / 16
  }
}

const DELETED = " (deleted)"

/** @internal */
export class KernelRoot implements Disposable {
  readonly #root: PinnedRoot
  readonly #openat2: Openat2
  readonly #descriptors = openSync("/proc/self/fd", O_PATH | O_DIRECTORY)
  readonly #luck = new Luck()
  #missing = false

  constructor(root: PinnedRoot, openat2: Openat2) {
    this.#root = root
    this.#openat2 = openat2
  }

  resolve(path: string, policy: Policy): RootedPath | undefined {
    const asked = this.#missing ? undefined : question(path, policy)
    if (asked === undefined) return undefined
    const noLinks = policy.symlinks === "forbid" || policy.maxSymlinks === 0
    if (asked.plain !== undefined && (noLinks || this.#luck.worthTrying)) {
      const fd = this.#open(asked, Resolve.noSymlinks)
      this.#luck.tell(fd >= 0)
      if (fd >= 0) {
        closeSync(fd)
        return asked.plain
      }
      if (fd !== -ELOOP) return undefined
    }
    if (policy.maxSymlinks < KERNEL_LINKS && !noLinks) return undefined
    const fd = this.#open(asked, noLinks ? Resolve.noSymlinks : 0)
    return fd < 0 ? undefined : this.#take(fd)
  }

  /** A descriptor of the file itself, opened with O_PATH. */
  open(path: string, policy: Policy): number | undefined {
    const asked = this.#missing ? undefined : question(path, policy)
    const fd = asked === undefined ? -1 : this.#open(asked, 0)
    return fd < 0 ? undefined : fd
  }

  /** One call on the thread pool, for whatever may make the kernel wait. */
  resolveAsync(path: string, policy: Policy, done: (answer: RootedPath | undefined) => void): void {
    const asked = this.#missing ? undefined : question(path, policy)
    const noLinks = policy.symlinks === "forbid" || policy.maxSymlinks === 0
    if (asked === undefined || (policy.maxSymlinks < KERNEL_LINKS && !noLinks)) return done(undefined)
    const resolve = asked.resolve | (noLinks ? Resolve.noSymlinks : 0)
    this.#openat2.openAsync(this.#root.fd, { ...asked, resolve }, (fd) => {
      done(fd < 0 ? undefined : this.#take(fd))
    })
  }

  #open(asked: Question, resolve: number): number {
    const call = { path: asked.path, flags: asked.flags, resolve: asked.resolve | resolve }
    for (let attempt = 1;; attempt++) {
      const fd = this.#openat2.open(this.#root.fd, call)
      if (fd >= 0) return fd
      // ENOSYS will stay (an old kernel, a seccomp filter); to remember EPERM would be to trust a passing state.
      if (fd === -ENOSYS) this.#missing = true
      if (fd !== -EAGAIN || attempt === ATTEMPTS) return fd
    }
  }

  #take(fd: number): RootedPath | undefined {
    try {
      return this.#inRoot(fd)
    } finally {
      closeSync(fd)
    }
  }

  /** Where a descriptor is, by the path the kernel shows for it; see `proc(5)`, `/proc/pid/fd`. */
  #inRoot(fd: number): RootedPath | undefined {
    const path = this.#pathOf(fd)
    // Asked each time: whoever renames the root in between must not change an answer.
    const ownPath = this.#pathOf(this.#root.fd)
    // The name may really end so; only the walk can tell.
    if (path === undefined || ownPath === undefined || path.endsWith(DELETED)) return undefined
    if (ownPath === "/") return path as RootedPath // the kernel's own path of something in `/` is clean
    if (path === ownPath) return "/" as RootedPath // the root itself
    // Moved out of the root while it was opened, or the root itself was moved.
    return path.startsWith(ownPath) && path.charCodeAt(ownPath.length) === SLASH
      ? path.slice(ownPath.length) as RootedPath // clean, as the kernel's whole path is
      : undefined
  }

  #pathOf(fd: number): string | undefined {
    const bytes = this.#openat2.readlink(this.#descriptors, String(fd))
    return bytes && fromNode(bytes.toString(), () => bytes)
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptors)
  }
}

const SLASH = 47
