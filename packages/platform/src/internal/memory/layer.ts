/** Makes the services of a tree in memory. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "../needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/Either.js"
import * as Layer from "effect/Layer"
import type {
  CrashesOptions,
  CrashOptions,
  Fault,
  Limits,
  MemoryFileSystem,
  Options,
  Tree,
  User
} from "../../MemoryFileSystem.js"
import { tag as rootTag } from "../root.js"
import * as MemoryFaults from "@procfsroot/vfs/MemoryFaults"
import * as MemoryJournal from "@procfsroot/vfs/MemoryJournal"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import { methods } from "@procfsroot/vfs/Method"
import { InvalidTree } from "./invalidTree.js"
import { errorOf } from "./errorOf.js"
import type { State } from "./operation.js"
import { servicesOf } from "./subRoot.js"

/** @internal */
export const tag = Context.GenericTag<MemoryFileSystem>("@procfsroot/platform/MemoryFileSystem")

const stateFor = (
  tree: Tree,
  { crashes, faults = [], limits, protected: protection, user, ...policy }: Options
): Either.Either<State, InvalidTree> => {
  const memory = MemoryTree.make(tree, { user, protection, limits, policy, crashes })
  if (memory._tag === "Invalid") return Either.left(new InvalidTree({ path: memory.path, why: memory.why }))
  return Either.right({ memory, injector: MemoryFaults.make(memory, faults, methods), errorOf })
}

const stateOf = (state: State, user: User): State => {
  const own = state.memory.asUser(user)
  return { ...state, memory: own, injector: state.injector.for(own) }
}

const inspection = (state: State, readOnly: boolean | undefined): MemoryFileSystem => {
  const { injector, memory } = state
  return tag.of({
    snapshot: Effect.sync(() => memory.snapshot()),
    operations: Effect.sync(() => injector.operations()),
    inject: (faults) => Effect.sync(() => injector.inject(faults)),
    report: Effect.sync(() => injector.report()),
    assertAllStruck: Effect.sync(() => MemoryFaults.checkAllStruck(injector.report())),
    expectOperations: (expected, { where = () => true } = {}) =>
      Effect.sync(() => MemoryJournal.check(injector.operations().filter(where), expected)),
    limit: (limits) => Effect.sync(() => memory.limit(limits)),
    syncAll: Effect.sync(() => memory.syncAll()),
    crash: (options) => Effect.sync(() => memory.crash(options)),
    crashes: (options) => Effect.sync(() => memory.crashes(options)),
    asUser: (user) => servicesOf(stateOf(state, user), "/", readOnly)
  })
}

const make = (tree: Tree, options: Options = {}) => {
  const { readOnly, ...own } = MemoryTree.ownOptions(options)
  return Effect.suspend(() =>
    Either.map(
      stateFor(tree, own),
      (state) => Context.add(servicesOf(state, "/", readOnly), tag, inspection(state, readOnly))
    )
  )
}

/** @internal */
export const root = (tree: Tree, options?: Options) =>
  Layer.effectContext(Effect.map(make(tree, options), Context.pick(tag, rootTag)))

/** @internal */
export const layer = (tree: Tree, options?: Options) => Layer.effectContext(make(tree, options))

/** @internal */
export const snapshot = Effect.flatMap(tag, (memory) => memory.snapshot)

/** @internal */
export const operations = Effect.flatMap(tag, (memory) => memory.operations)

/** @internal */
export const inject = (faults: ReadonlyArray<Fault>) => Effect.flatMap(tag, (memory) => memory.inject(faults))

/** @internal */
export const report = Effect.flatMap(tag, (memory) => memory.report)

/** @internal */
export const assertAllStruck = Effect.flatMap(tag, (memory) => memory.assertAllStruck)

/** @internal */
export const expectOperations = (...args: Parameters<MemoryFileSystem["expectOperations"]>) =>
  Effect.flatMap(tag, (memory) => memory.expectOperations(...args))

/** @internal */
export const limit = (limits: Limits) => Effect.flatMap(tag, (memory) => memory.limit(limits))

/** @internal */
export const syncAll = Effect.flatMap(tag, (memory) => memory.syncAll)

/** @internal */
export const crash = (options?: CrashOptions) => Effect.flatMap(tag, (memory) => memory.crash(options))

/** @internal */
export const crashes = (options?: CrashesOptions) => Effect.flatMap(tag, (memory) => memory.crashes(options))

/** @internal */
export const asUser = (user: User) => {
  const own = MemoryTree.ownUser(user)
  // Otherwise a program with several trees would use the first one for all.
  return Layer.fresh(Layer.effectContext(Effect.map(tag, (memory) => memory.asUser(own))))
}
