/** Opens roots, and chooses how their paths are resolved and which system calls they use. */
import type { Policy } from "@procfsroot/path/Policy"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type * as Walk from "@procfsroot/path/Walk"
import type { Protection } from "@procfsroot/vfs/Protection"
import * as Handle from "@procfsroot/vfs/Handle"
import { isEncodable } from "@procfsroot/vfs/Limits"
import { closeSync, open as openNode, openSync } from "node:fs"
import { constants } from "node:os"
import { getSystemErrorName } from "node:util"
import type { Binding } from "../Native.js"
import type { Batch, Options, PooledBatch, Root, RootHandle, Strategy } from "../Root.js"
import { descriptorPath } from "./constants.js"
import { load } from "./native/binding.js"
import { errnoError, isExhausted } from "./errnoError.js"
import { KernelRoot } from "./openat2/kernelRoot.js"
import { toNode } from "./pathBytes.js"
import { flags, PinnedRoot } from "./pinnedRoot.js"
import { procfsCalls } from "./procfs/systemCalls.js"
import { readProtection } from "./protection.js"
import type { SystemCalls } from "./systemCalls.js"
import { checkSystem } from "./system.js"
import { fromError, unavailable } from "./unavailable.js"
import { batchAsync, batchSync, type LookupBase, lookupBaseOf, walkAsync, walkSync } from "./walk/walkRoot.js"

const { EAGAIN } = constants.errno

const byKernel: Strategy = { name: "kernel", reason: "openat2 resolves a path in one call" }

/** What resolves paths on this system, and why. */
interface Resolving {
  readonly kernel: KernelRoot | undefined
  readonly strategy: Strategy
}

const resolvingOf = (pinned: PinnedRoot, binding: Binding): Resolving => {
  if (binding.openat2 === undefined) {
    const { reason } = binding
    return { kernel: undefined, strategy: { name: "walk", reason, native: { name: "none", reason } } }
  }
  const native = binding.native === undefined ? {} : { native: binding.native }
  const kernel = new KernelRoot(pinned, binding.openat2)
  const { refusal } = kernel
  if (refusal === undefined) return { kernel, strategy: { ...byKernel, ...native } }
  kernel[Symbol.dispose]()
  const code = getSystemErrorName(-refusal)
  const error = errnoError(code, "openat2")
  if (isExhausted(error)) throw error
  const why = code === "ENOSYS"
    ? "this kernel or its sandbox has no openat2"
    : "openat2 is refused here, by a sandbox most likely"
  return { kernel: undefined, strategy: { name: "walk", reason: `${why} (${code})`, ...native } }
}

/** A sandbox may refuse `statx(2)` to libc, which Node makes do without. */
const callsOf = (pinned: PinnedRoot, { openat2 }: Binding): SystemCalls => {
  if (openat2 === undefined) return procfsCalls
  try {
    openat2.calls.fstat(pinned.fd)
    return openat2.calls
  } catch {
    return procfsCalls
  }
}

/** How a root works: the same for every directory in it. */
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
  /** The system calls of the file system. */
  readonly calls: SystemCalls
  readonly binding: Binding
  readonly #base: LookupBase

  constructor(pinned: PinnedRoot, { binding, calls, protection }: System, { kernel, strategy }: Resolving) {
    this.pinned = pinned
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
    this.kernel?.tell(outcome._tag === "Resolved")
    return outcome
  }

  walk(path: string, policy: Policy): Walk.Outcome<unknown> {
    return walkSync(this.#base, path, policy)
  }

  batch(maxRemembered: number): Batch {
    return batchSync(this.#base, maxRemembered)
  }

  resolveCached(path: string, policy: Policy): RootedPath | Walk.Unresolved | "ask" | undefined {
    const cached = this.kernel?.resolveCached(path, policy)
    if (cached === EAGAIN) return "ask"
    return typeof cached === "number" ? undefined : cached
  }

  resolveOnPool(path: string, policy: Policy): Promise<RootedPath | undefined> {
    return this.kernel === undefined ? Promise.resolve(undefined) : this.kernel.resolveAsync(path, policy)
  }

  walkOnPool(path: string, policy: Policy, signal: AbortSignal): Promise<Walk.Outcome<unknown>> {
    return walkAsync(this, path, policy, signal)
  }

  batchOnPool(maxRemembered: number): PooledBatch {
    return batchAsync(this, maxRemembered)
  }

  [Symbol.dispose](): void {
    this.kernel?.[Symbol.dispose]()
    this.pinned[Symbol.dispose]()
  }
}

/** Takes ownership of the descriptor. */
const handleOf = (
  fd: number,
  findPlace: boolean,
  make: (pinned: PinnedRoot) => OpenRoot
): Handle.Handle<OpenRoot> => {
  const pinned = new PinnedRoot(fd, findPlace)
  try {
    return Handle.make(make(pinned), (root) => root[Symbol.dispose]())
  } catch (error) {
    pinned[Symbol.dispose]()
    throw error
  }
}

const firstOf = (binding: Binding) => (pinned: PinnedRoot): OpenRoot =>
  new OpenRoot(pinned, systemOf(pinned, binding), resolvingOf(pinned, binding))

/** What was found out about the system for the root need not be found out again. */
const innerOf = (root: OpenRoot) => (pinned: PinnedRoot): OpenRoot => {
  const { openat2 } = root.binding
  const kernel = root.kernel === undefined || openat2 === undefined ? undefined : new KernelRoot(pinned, openat2)
  return new OpenRoot(pinned, root, { kernel, strategy: root.strategy })
}

/** Only paths through `node:fs` are put after the root's own. */
const needsPlace = ({ openat2 }: Binding): boolean => openat2 === undefined

/**
 * Refuses names that Node refuses with its own errors, or replaces by others.
 *
 * @internal
 */
export const checkName = (path: string): void => {
  if (path.includes("\0")) throw unavailable("EINVAL")
  if (!isEncodable(path)) throw unavailable("EILSEQ")
}

/** What must be there before a root is opened. */
const prepare = (path: string, bind: () => Binding): Binding => {
  checkSystem()
  const binding = bind()
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
    return handleOf(openSync(toNode(path), flags), needsPlace(binding), firstOf(binding))
  })

/**
 * Opens the directory of a descriptor as a root, which is resolved in the same way as another one.
 *
 * @internal
 */
export const openAt = (fd: number, root: OpenRoot): Handle.Handle<OpenRoot> =>
  handleOf(openSync(descriptorPath(fd), flags), needsPlace(root.binding), innerOf(root))

type Opened = { readonly root: RootHandle } | { readonly error: unknown }

/** @internal */
export const openOnPool = (path: string, { bind = load }: Options, done: (result: Opened) => void): () => void => {
  let isWanted = true
  let binding: Binding
  try {
    binding = prepare(path, bind)
  } catch (error) {
    done({ error: fromError(error) })
    return () => {}
  }
  openNode(toNode(path), flags, (error, fd) => {
    if (!isWanted) {
      if (error === null) closeSync(fd)
      return
    }
    if (error !== null) return done({ error: fromError(error) })
    done(opened(fd, binding))
  })
  return () => {
    isWanted = false
  }
}

/** Does not look for the root's path, since those calls might have to wait. */
const opened = (fd: number, binding: Binding): Opened => {
  try {
    return { root: handleOf(fd, false, firstOf(binding)) }
  } catch (error) {
    return { error: fromError(error) }
  }
}
