import * as FileSystem from "../needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/FileSystem.js"
import type * as Policy from "@procfsroot/path/Policy"
import type * as Walk from "@procfsroot/path/Walk"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "../needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/Either.js"
import * as Layer from "effect/Layer"
import type { Fault, MemoryFileSystem, Options, Tree, User } from "../../MemoryFileSystem.js"
import type { Root } from "../../Root.js"
import { make as makeRoot, tag as rootTag } from "../root.js"
import * as MemoryFaults from "@procfsroot/vfs/MemoryFaults"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import { errorOf } from "./errorOf.js"
import { InvalidTree } from "./invalidTree.js"
import type { Backend } from "../../VfsFileSystem.js"
import { make as makeFileSystem } from "../adapter/fileSystem.js"
import { make as makeRootDirectory } from "../adapter/rootDirectory.js"
import { tag as rootDirectoryTag } from "../rootDirectory.js"
import { around, delayed, type State } from "./operation.js"
import { openSubRoot } from "./subRoot.js"

/** @internal */
export const tag = Context.GenericTag<MemoryFileSystem>("@procfsroot/platform/MemoryFileSystem")

const makeState = (
  tree: Tree,
  { faults = [], protected: protection, user, ...policy }: Options
): Either.Either<State, InvalidTree> => {
  const memory = MemoryTree.make(tree, { user, protection, policy })
  if (memory._tag === "Invalid") return Either.left(new InvalidTree({ path: memory.path, why: memory.why }))
  return Either.right({ memory, injector: MemoryFaults.make(memory, faults) })
}

const stateOf = ({ injector, memory }: State, user: User): State => {
  const own = memory.asUser(user)
  return { memory: own, injector: injector.for(own) }
}

const inspection = (state: State): MemoryFileSystem => {
  const { injector, memory } = state
  return tag.of({
    snapshot: Effect.sync(() => memory.snapshot()),
    operations: Effect.sync(() => injector.operations()),
    inject: (faults) => Effect.sync(() => injector.inject(faults)),
    asUser: (user) => servicesOf(stateOf(state, user))
  })
}

const backendOf = (state: State): Backend<MemoryTree.OpenNode> => {
  const { fileSystem } = state.memory
  return {
    fileSystem,
    around: around(state),
    errorOf,
    descriptorOf: ({ descriptor }) => descriptor,
    retain: () => Effect.succeed(fileSystem)
  }
}

const walkOf =
  ({ injector }: State) => (path: string, policy: Policy.Policy): Effect.Effect<Walk.Outcome<MemoryTree.Node>> =>
    Effect.suspend(() => {
      const { delays, walk } = injector.beforeWalk(path, policy)
      return delayed(delays, Effect.sync(walk))
    })

const rootOf = (state: State): Root => makeRoot({ path: "/", walk: walkOf(state) })

const servicesOf = (state: State) => {
  const backend = backendOf(state)
  return Context.make(rootTag, rootOf(state)).pipe(
    Context.add(FileSystem.FileSystem, makeFileSystem(backend)),
    Context.add(rootDirectoryTag, makeRootDirectory(backend, openSubRoot(state.memory, "/", false)))
  )
}

/** @internal */
export const root = (tree: Tree, options: Options = {}) =>
  Layer.effectContext(
    Effect.suspend(() =>
      Effect.map(makeState(tree, options), (state) =>
        Context.make(tag, inspection(state)).pipe(Context.add(rootTag, rootOf(state))))
    )
  )

/** @internal */
export const layer = (tree: Tree, options: Options = {}) =>
  Layer.effectContext(
    Effect.suspend(() =>
      Effect.map(makeState(tree, options), (state) => Context.add(servicesOf(state), tag, inspection(state)))
    )
  )

/** @internal */
export const snapshot = Effect.flatMap(tag, (memory) => memory.snapshot)

/** @internal */
export const operations = Effect.flatMap(tag, (memory) => memory.operations)

/** @internal */
export const inject = (faults: ReadonlyArray<Fault>) => Effect.flatMap(tag, (memory) => memory.inject(faults))

/** @internal */
export const asUser = (user: User) => Layer.effectContext(Effect.map(tag, (memory) => memory.asUser(user)))
