/** Makes the services of a tree in memory. */
import * as MemoryFaults from "@procfsroot/vfs/MemoryFaults"
import * as MemoryJournal from "@procfsroot/vfs/MemoryJournal"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import { methods } from "@procfsroot/vfs/Method"
import * as Effect from "effect/Effect"
import type { MemoryFileSystem, Options, Tree, User } from "../../MemoryFileSystem.js"
import { InvalidTree } from "./invalidTree.js"
import { errorOf } from "./errorOf.js"
import type { State } from "./operation.js"
import { servicesOf } from "./subRoot.js"

const makeState = (
  { crashes, faults = [], limits, protected: protection, user, ...policy }: Options,
  tree: Tree
): State | InvalidTree => {
  const memory = MemoryTree.make(tree, { user, protection, limits, policy, crashes })
  return memory._tag === "Invalid"
    ? new InvalidTree({ path: memory.path, why: memory.why })
    : { memory, injector: MemoryFaults.make(memory, faults, methods), errorOf }
}

const stateOf = (state: State, user: User): State => {
  const own = state.memory.asUser(user)
  return { ...state, memory: own, injector: state.injector.for(own) }
}

const inspection = (state: State, readOnly: boolean | undefined): MemoryFileSystem["Service"] => {
  const { injector, memory } = state
  return {
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
  }
}

/** @internal */
export const make = (tree: Tree, options: Options = {}) => {
  const { readOnly, ...own } = MemoryTree.ownOptions(options)
  return Effect.suspend(() => {
    const state = makeState(own, tree)
    return state instanceof InvalidTree
      ? Effect.fail(state)
      : Effect.succeed({ inspection: inspection(state, readOnly), services: servicesOf(state, "/", readOnly) })
  })
}
