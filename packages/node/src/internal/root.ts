/** Opens roots, and chooses how their paths are resolved and which system calls they use. */
import type { Policy } from "@procfsroot/path/Policy"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type * as Walk from "@procfsroot/path/Walk"
import type { Protection } from "@procfsroot/vfs/Protection"
import * as Handle from "@procfsroot/vfs/Handle"
import { isEncodable } from "@procfsroot/vfs/Limits"
import { type Call, call } from "@procfsroot/vfs/Program"
import { closeSync, openSync } from "node:fs"
import { isMainThread } from "node:worker_threads"
import type { Binding } from "../Native.js"
import type { Batch, OffThread, Options, Root, RootHandle, Strategy } from "../Root.js"
import { descriptorPath, SELF_FD } from "./constants.js"
import { load } from "./native/binding.js"
import { codeOf } from "./native/failure.js"
import { errnoError, isExhausted, isRefusal } from "./errnoError.js"
import { closing, onPool } from "./fileSystem/pooled.js"
import { type Descriptors, KernelRoot } from "./openat2/kernelRoot.js"
import { toNode } from "./pathBytes.js"
import { hold, type Mounts } from "./mounts.js"
import { flags, PinnedRoot } from "./pinnedRoot.js"
import { procfsCalls } from "./procfs/systemCalls.js"
import { readProtection } from "./protection.js"
import { isDeno } from "./runtime.js"
import type { SystemCalls } from "./systemCalls.js"
import { checkSystem } from "./system.js"
import { Lane } from "./thread/lane.js"
import { asking, make as makeOffThread, rootData } from "./thread/offThread.js"
import { trouble } from "./thread/threads.js"
import { fromError, unavailable } from "./unavailable.js"
import { batchSync, type LookupBase, lookupBaseOf, walkSync } from "./walk/walkRoot.js"

const byKernel: Strategy = { name: "kernel", reason: "openat2 resolves a path in one call" }

/** What resolves paths on this system, and why. */
interface Resolving {
  readonly kernel: KernelRoot | undefined
  readonly strategy: Strategy
}

const resolvingOf = (
  pinned: PinnedRoot,
  binding: Binding,
  descriptors: Pick<Descriptors, "fd"> | undefined
): Resolving => {
  if (binding.openat2 === undefined) {
    const { reason } = binding
    return { kernel: undefined, strategy: { name: "walk", reason, native: { name: "none", reason } } }
  }
  const native = binding.native === undefined ? {} : { native: binding.native }
  const kernel = new KernelRoot(pinned, binding.openat2, descriptors)
  const { refusal } = kernel
  if (refusal === undefined) return { kernel, strategy: { ...byKernel, ...native } }
  kernel[Symbol.dispose]()
  const code = codeOf(refusal)
  const error = errnoError(code, "openat2")
  if (isExhausted(error)) throw error
  const why = code === "ENOSYS"
    ? "this kernel or its sandbox has no openat2"
    : "openat2 is refused here, by a sandbox most likely"
  return { kernel: undefined, strategy: { name: "walk", reason: `${why} (${code})`, ...native } }
}

/**
 * A sandbox may forbid `statx(2)`. libc's calls need it, but Node works without it. Tests it on procfs, where a call
 * never has to wait. In Deno, there are no other calls, so all operations fail.
 */
const callsOf = (pinned: PinnedRoot, { openat2 }: Binding): SystemCalls => {
  if (openat2 === undefined) return procfsCalls
  if (isDeno) return openat2.calls
  try {
    // The name is absolute, so the directory does not matter.
    openat2.calls.lstat({ directory: pinned, name: SELF_FD, slash: false })
    return openat2.calls
  } catch (error) {
    return isRefusal(error) ? procfsCalls : openat2.calls
  }
}

/** What a root uses: the same for every directory in it. */
type System = Pick<OpenRoot, "binding" | "calls" | "protection">

const systemOf = (pinned: PinnedRoot, binding: Binding): System => ({
  binding,
  calls: callsOf(pinned, binding),
  protection: readProtection()
})

/** @internal */
export class OpenRoot implements Root, Disposable {
  readonly pinned: PinnedRoot
  readonly kernel: KernelRoot | undefined
  readonly protection: Protection
  readonly strategy: Strategy
  readonly binding: Binding
  /** The system calls for the file system. */
  readonly calls: SystemCalls
  /** Closed with the root. */
  readonly mounts: Mounts | undefined
  readonly #base: LookupBase
  #lane: Lane | undefined

  constructor(
    pinned: PinnedRoot,
    { binding, calls, protection }: System,
    { kernel, strategy }: Resolving,
    mounts: Mounts | undefined
  ) {
    this.pinned = pinned
    this.mounts = mounts
    this.binding = binding
    this.calls = calls
    this.protection = protection
    this.#base = lookupBaseOf(pinned, protection, binding.openat2)
    this.kernel = kernel
    this.strategy = strategy
  }

  resolve(path: string, policy: Policy): RootedPath | Walk.Resolved<unknown> | Walk.Unresolved {
    const answer = this.kernel?.resolve(path, policy)
    if (answer !== undefined) return answer
    const outcome = this.walk(path, policy)
    this.kernel?.recordWalk(outcome._tag === "Resolved")
    return outcome
  }

  walk(path: string, policy: Policy): Walk.Outcome<unknown> {
    return walkSync(this.#base, path, policy)
  }

  batch(maxRemembered: number): Batch {
    return batchSync(this.#base, maxRemembered)
  }

  resolveCached(path: string, policy: Policy): RootedPath | Walk.Unresolved | undefined {
    return this.kernel?.resolveCached(path, policy)
  }

  /** Sends requests for this root to other threads. */
  get lane(): Lane {
    return this.#lane ??= new Lane(rootData(this.pinned.fd, this.strategy.native))
  }

  [Symbol.dispose](): void {
    this.kernel?.[Symbol.dispose]()
    this.pinned[Symbol.dispose]()
    this.mounts?.close()
  }
}

/** Takes ownership of `pinned`. */
const handleOf = (pinned: PinnedRoot, make: (pinned: PinnedRoot) => OpenRoot): Handle.Handle<OpenRoot> => {
  try {
    return Handle.make(make(pinned), (root) => root[Symbol.dispose]())
  } catch (error) {
    pinned[Symbol.dispose]()
    throw error
  }
}

interface Shared {
  readonly descriptors?: Pick<Descriptors, "fd">
  readonly mounts?: Mounts | undefined
}

const firstOf = (binding: Binding, { descriptors, mounts }: Shared) => (pinned: PinnedRoot): OpenRoot =>
  new OpenRoot(pinned, systemOf(pinned, binding), resolvingOf(pinned, binding, descriptors), mounts)

/** Uses what is already known about the system from `root`. */
const innerOf = (root: OpenRoot) => (pinned: PinnedRoot): OpenRoot => {
  const { binding, calls, protection } = root
  const { openat2 } = binding
  const kernel = root.kernel === undefined || openat2 === undefined ? undefined : new KernelRoot(pinned, openat2)
  const resolving = { kernel, strategy: root.strategy }
  return new OpenRoot(pinned, { binding, calls, protection }, resolving, root.mounts?.retain())
}

/** Whether the host path of the root is needed: only calls of `node:fs` append names to it. */
const needsPlace = ({ openat2 }: Binding): boolean => openat2 === undefined

/**
 * Refuses what is not text, as a program in JavaScript can pass it, names for which Node throws its own errors, and names
 * that Node would change. It does not show what is not text, since that may be a whole archive.
 *
 * @internal
 */
export const checkName = (path: string): void => {
  if (typeof path !== "string") {
    throw new TypeError(`The path of a root must be a string, not ${path === null ? "null" : typeof path}`)
  }
  if (path.includes("\0")) throw unavailable("EINVAL", "its path contains a NUL character")
  if (!isEncodable(path)) throw unavailable("EILSEQ")
}

/** Makes the checks before a root is opened. */
const prepare = (path: string, bind: () => Binding): Binding => {
  checkSystem()
  const binding = bind()
  if (isDeno && binding.openat2 === undefined) {
    throw unavailable("ENOTSUP", `Deno needs native calls: ${binding.reason}`)
  }
  checkName(path)
  return binding
}

const unavailableFrom = <A>(run: () => A): A => {
  try {
    return run()
  } catch (error) {
    throw fromError(error)
  }
}

/** @internal */
export const open = (path: string, { bind = load }: Options = {}): Handle.Handle<OpenRoot> =>
  unavailableFrom(() => {
    const binding = prepare(path, bind)
    const mounts = hold(path)
    try {
      const pinned = new PinnedRoot(openSync(toNode(path), flags), needsPlace(binding))
      return handleOf(pinned, firstOf(binding, { mounts }))
    } catch (error) {
      mounts?.close()
      throw error
    }
  })

/**
 * Opens the directory of a descriptor as a root that works in the same way as `root`.
 *
 * @internal
 */
export const openAt = (fd: number, root: OpenRoot): Handle.Handle<OpenRoot> =>
  handleOf(new PinnedRoot(openSync(descriptorPath(fd), flags), root.pinned.findsPlace), innerOf(root))

const nothing = () => {}

/**
 * A root whose descriptor is opened and closed by another thread. It opens none itself, and need not be closed.
 *
 * @internal
 */
export const borrow = (fd: number, bind: () => Binding, descriptors: Pick<Descriptors, "fd">): OpenRoot => {
  const binding = bind()
  return firstOf(binding, { descriptors })(new PinnedRoot(fd, needsPlace(binding), nothing))
}

/** Every handle comes from `open`, which makes handles of an `OpenRoot`. */
const isOpenRoot = (root: Root): root is OpenRoot => root instanceof OpenRoot

const openRootOf = ({ value }: RootHandle): OpenRoot => {
  if (!isOpenRoot(value)) throw new TypeError("a root that was not opened here")
  return value
}

/**
 * Sends requests for a root to other threads.
 *
 * @internal
 */
export const laneOf = (handle: RootHandle): Lane => openRootOf(handle).lane

/**
 * The system calls of a root.
 *
 * @internal
 */
export const systemCallsOf = (handle: RootHandle): SystemCalls => openRootOf(handle).calls

/** @internal */
export const offThread = (handle: RootHandle): OffThread =>
  makeOffThread(laneOf(handle), () => {
    const retained = handle.retain()
    return () => void retained.close()
  })

/**
 * Opens roots in other threads. A root that cannot be opened because its file system does not respond does not hold
 * up the others.
 */
const openings = new Lane(undefined)

const closeElsewhere = (fd: number): void => {
  const otherwise = onPool(closing(fd))
  asking({ lane: openings, task: { do: "close", fd }, read: nothing, otherwise }).begin(nothing)
}

/** Opens a directory in another thread, and returns its descriptor. */
const opening = (path: string): Call<number> =>
  asking({
    lane: openings,
    task: { do: "open", path },
    read: (fd) => fd as number, // of the task
    undo: (fd) => {
      // It is not a number if the task was not begun.
      if (typeof fd === "number") closeElsewhere(fd)
    }
  })

/** Does not look for the root's host path, since this might have to wait. */
const opened = (fd: number, binding: Binding, mounts: Mounts | undefined): RootHandle =>
  handleOf(new PinnedRoot(fd, false, binding.openat2?.close ?? closeSync), firstOf(binding, { mounts }))

/**
 * A Worker opens the root itself. In a thread that a Worker has started, Node remembers which descriptors it opens, and
 * closes them when the thread ends, even if they are in use, or closed and now those of other files.
 *
 * @internal
 */
export const openOffThread = (path: string, { bind = load }: Options = {}): Call<RootHandle> =>
  call((done) => {
    let mounts: Mounts | undefined
    const failed = (error: unknown) => {
      mounts?.close()
      done({ error: fromError(error) })
    }
    try {
      const binding = prepare(path, bind)
      const reason = trouble()
      if (reason !== undefined) throw unavailable("ENOTSUP", reason)
      if (!isMainThread) return done({ value: open(path, { bind }) })
      // This does not have to wait, since it is in procfs.
      mounts = hold(path)
      const cancel = opening(path).begin((answer) => {
        if ("error" in answer) return failed(answer.error)
        try {
          const value = opened(answer.value, binding, mounts)
          mounts = undefined // it closes them
          done({ value })
        } catch (error) {
          failed(error)
        }
      })
      return () => {
        cancel?.()
        mounts?.close()
      }
    } catch (error) {
      failed(error)
    }
  })
