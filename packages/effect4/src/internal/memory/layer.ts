import type { Policy } from "@procfsroot/path/Policy"
import type * as Walk from "@procfsroot/path/Walk"
import * as MemoryFaults from "@procfsroot/vfs/MemoryFaults"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { MemoryFileSystem, Options, Tree } from "../../MemoryFileSystem.js"
import type { Root } from "../../Root.js"
import type { RootDirectory } from "../../RootDirectory.js"
import type { Backend } from "../../VfsFileSystem.js"
import { make as makeFileSystem } from "../adapter/fileSystem.js"
import { make as makeRootDirectory } from "../adapter/rootDirectory.js"
import { make as makeRoot } from "../root.js"
import { errorOf } from "./errorOf.js"
import { InvalidTree } from "./invalidTree.js"
import { around, delayed, type State } from "./operation.js"
import { openSubRoot } from "./subRoot.js"

const makeState = (
  { faults = [], protected: protection, user, ...policy }: Options,
  tree: Tree
): State | InvalidTree => {
  const memory = MemoryTree.make(tree, { user, protection, policy })
  return memory._tag === "Invalid"
    ? new InvalidTree({ path: memory.path, why: memory.why })
    : { memory, injector: MemoryFaults.make(memory, faults) }
}

const inspection = ({ injector, memory }: State): MemoryFileSystem["Service"] => ({
  snapshot: Effect.sync(() => memory.snapshot()),
  operations: Effect.sync(() => injector.operations()),
  inject: (faults) => Effect.sync(() => injector.inject(faults))
})

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

const walkOf = ({ injector }: State) => (path: string, policy: Policy): Effect.Effect<Walk.Outcome<MemoryTree.Node>> =>
  Effect.suspend(() => {
    const { delays, walk } = injector.beforeWalk(path, policy)
    return delayed(delays, Effect.sync(walk))
  })

interface Memory {
  readonly inspection: MemoryFileSystem["Service"]
  readonly root: Root["Service"]
  readonly fileSystem: () => FileSystem.FileSystem
  readonly rootDirectory: () => RootDirectory["Service"]
}

/** @internal */
export const make = (tree: Tree, options: Options = {}): Effect.Effect<Memory, InvalidTree> =>
  Effect.suspend(() => {
    const state = makeState(options, tree)
    return state instanceof InvalidTree ? Effect.fail(state) : Effect.succeed({
      inspection: inspection(state),
      root: makeRoot({ path: "/", walk: walkOf(state) }),
      fileSystem: () => makeFileSystem(backendOf(state)),
      rootDirectory: () => makeRootDirectory(backendOf(state), openSubRoot(state.memory, "/", false))
    })
  })
