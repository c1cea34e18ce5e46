/** The methods of a root, with promises. A `Provider` resolves and walks the paths. */
import * as Policy from "@procfsroot/path/Policy"
import * as RootedPath from "@procfsroot/path/RootedPath"
import * as Walk from "@procfsroot/path/Walk"
import * as Errno from "@procfsroot/vfs/Errno"
import { isTimeUp } from "@procfsroot/vfs/EventLoop"
import { remembered } from "@procfsroot/vfs/Limits"
import * as ResolveFailure from "@procfsroot/vfs/ResolveFailure"
import type { BatchOptions, Explanation, Location, OpenRoot, Resolution, ResolveOptions } from "../../OpenRoot.js"
import { checkSignal } from "./arguments.js"
import { asyncDispose } from "./disposal.js"
import { invalidType, resolveError } from "./errors.js"
import type { Backend } from "./perform.js"
import { promisesOf } from "./promises.js"
import { rootDirectoryOf } from "./rootDirectory.js"
import { rootDirectorySyncOf } from "./rootDirectoryNames.js"
import { syncOf } from "./sync.js"
import { inTurns, nextTurn } from "./turns.js"

type Outcome = Walk.Outcome<unknown>

/** The part of an outcome from which a result or an error is made. */
type Answer = Walk.Resolved<unknown> | Walk.Unresolved

type Later<A> = A | Promise<A>

/**
 * Walks paths, and remembers the names that it has looked up.
 *
 * @internal
 */
export interface Batch {
  /** Walks as many paths as there is time for in this turn of the event loop, but at least one. */
  readonly walkSome: <A>(
    paths: ReadonlyArray<string>,
    from: number,
    policy: Policy.Policy,
    read: (path: string, outcome: Outcome) => A,
    signal: AbortSignal | undefined
  ) => Later<ReadonlyArray<A>>
  readonly close: () => void
}

/**
 * A batch that walks each path separately.
 *
 * @internal
 */
export const separately = (walk: Provider["walk"]): Batch => ({
  walkSome: async (paths, from, policy, read, signal) => {
    const results = []
    for (const path of paths.slice(from)) {
      const walked = walk(path, policy, signal)
      results.push(read(path, walked instanceof Promise ? await walked : walked))
      if (isTimeUp()) break
    }
    return results
  },
  close: () => {}
})

/**
 * The functions from which the root's methods are made. They are called only while the root is open.
 *
 * @internal
 */
export interface Provider extends Pick<OpenRoot, "path" | "strategy"> {
  readonly walk: (path: string, policy: Policy.Policy, signal: AbortSignal | undefined) => Later<Outcome>
  readonly resolve: (
    path: string,
    policy: Policy.Policy,
    signal: AbortSignal | undefined
  ) => Later<RootedPath.RootedPath | Answer>
  readonly batch: (maxRemembered: number) => Batch
  readonly close: () => void
}

const walkAll = async (
  batch: Batch,
  paths: ReadonlyArray<string>,
  policy: Policy.Policy,
  read: (path: string, outcome: Outcome) => Resolution,
  signal: AbortSignal | undefined
): Promise<ReadonlyArray<Resolution>> => {
  const results: Array<Resolution> = []
  while (results.length < paths.length) {
    for (const result of await batch.walkSome(paths, results.length, policy, read, signal)) results.push(result)
    if (results.length < paths.length) await nextTurn()
    checkSignal(signal)
  }
  return results
}

type Inspect = (value: unknown, options: unknown) => string

/** What Node, Bun and Deno print. Without this, they would print over 200 lines of functions. */
const inspectedAs = (shown: Pick<OpenRoot, "path" | "strategy">) => ({
  [Symbol.for("nodejs.util.inspect.custom")]: (_: number, options: unknown, inspect: Inspect) =>
    `OpenRoot ${inspect(shown, options)}`
})

/**
 * All methods of a root except `subRoot`.
 *
 * @internal
 */
export const makeRoot = <F>(provider: Provider, backend: Backend<F>): Omit<OpenRoot, "subRoot"> => {
  const { path: root, strategy } = provider

  /** The failure of a path that is not even walked. */
  const refused = (path: string): ResolveFailure.ResolveFailure | undefined => {
    if (typeof path !== "string") throw invalidType("path", "a string")
    return backend.isOpen() ? ResolveFailure.refused(root, path) : ResolveFailure.closed(root, path)
  }

  const failed = (path: string, outcome: Walk.Unresolved): ResolveFailure.ResolveFailure =>
    ResolveFailure.fromOutcome(root, path, outcome, Errno.inError)

  const resolution = (path: string, outcome: Answer): Resolution =>
    outcome._tag === "Resolved" ? { path: Walk.toPath(outcome) } : { error: failed(path, outcome) }

  const resolve = async (path: string, options: ResolveOptions = {}): Promise<RootedPath.RootedPath> => {
    const { signal } = Policy.optionsObject(options)
    checkSignal(signal)
    const refusal = refused(path)
    if (refusal !== undefined) throw resolveError(refusal)
    const answer = await provider.resolve(path, Policy.make(options), signal)
    if (typeof answer === "string") return answer
    const { error, path: place } = resolution(path, answer)
    if (error !== undefined) throw resolveError(error)
    return place
  }

  const resolveAll = async (
    asked: Iterable<string>,
    options: BatchOptions = {}
  ): Promise<ReadonlyArray<Resolution>> => {
    const { maxRemembered, signal } = Policy.optionsObject(options)
    checkSignal(signal)
    const room = remembered(maxRemembered)
    const paths = Array.from(asked)
    const refusals = new Map<number, Resolution>()
    paths.forEach((path, i) => {
      const error = refused(path)
      if (error !== undefined) refusals.set(i, { error })
    })
    if (refusals.size === paths.length) return [...refusals.values()]
    const accepted = refusals.size === 0 ? paths : paths.filter((_, i) => !refusals.has(i))
    const policy = Policy.make(options)
    // Not with `using`, which some browsers do not have.
    const batch = provider.batch(room)
    const walked = await walkAll(batch, accepted, policy, resolution, signal).finally(batch.close)
    if (refusals.size === 0) return walked
    const results = walked.values()
    // There is one result for each path that was not refused, in order.
    return paths.map((_, i) => refusals.get(i) ?? results.next().value as Resolution)
  }

  const locate = async (path: string, options: ResolveOptions = {}): Promise<Location> => {
    const { signal } = Policy.optionsObject(options)
    checkSignal(signal)
    const error = refused(path)
    if (error !== undefined) return { deepest: RootedPath.root, remaining: path, error }
    const outcome = await provider.walk(path, Policy.make(options), signal)
    return outcome._tag === "Resolved"
      ? Walk.location(outcome)
      : { ...Walk.location(outcome), error: failed(path, outcome) }
  }

  const explain = async (path: string, options: ResolveOptions = {}): Promise<Explanation> => {
    const { signal } = Policy.optionsObject(options)
    checkSignal(signal)
    const error = refused(path)
    if (error !== undefined) return { path, hops: [], clamped: false, result: { error } }
    const outcome = await provider.walk(path, Policy.make(options), signal)
    const { trace } = outcome
    return { path, hops: Walk.hops(trace), clamped: Walk.clamped(trace), result: resolution(path, outcome) }
  }

  const close = async (): Promise<void> => provider.close()

  return {
    ...inspectedAs({ path: root, strategy }),
    path: root,
    strategy,
    resolve: inTurns(resolve),
    resolveAll: inTurns(resolveAll),
    locate: inTurns(locate),
    explain: inTurns(explain),
    hostPath: (path) => RootedPath.behind(root, path),
    directory: rootDirectoryOf(backend),
    directorySync: rootDirectorySyncOf(backend),
    promises: promisesOf(backend),
    sync: syncOf(backend),
    close,
    [asyncDispose]: close
  }
}
