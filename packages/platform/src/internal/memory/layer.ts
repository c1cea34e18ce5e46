import * as FileSystem from "@effect/platform/FileSystem"
import * as ComponentStack from "@procfsroot/path/ComponentStack"
import type * as Policy from "@procfsroot/path/Policy"
import * as Walk from "@procfsroot/path/Walk"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import type { Fault, MemoryFileSystem, Options, Tree } from "../../MemoryFileSystem.js"
import type { Root } from "../../Root.js"
import { make as makeRoot, tag as rootTag } from "../root.js"
import * as Errno from "@procfsroot/vfs/Errno"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import { errorOf } from "./errorOf.js"
import { InvalidTree } from "./invalidTree.js"
import { activate, type ActiveFault, matchFaults, visit } from "./faults.js"
import type { Backend } from "../../VfsFileSystem.js"
import { make as makeFileSystem } from "../adapter/fileSystem.js"
import { around, delayed, failureOf, record, type State } from "./operation.js"

/** @internal */
export const tag = Context.GenericTag<MemoryFileSystem>("@procfsroot/platform/MemoryFileSystem")

const makeState = (
  tree: Tree,
  { faults = [], protected: protection, user }: Options
): Either.Either<State, InvalidTree> => {
  const memory = MemoryTree.make(tree, { user, protection })
  if (memory._tag === "Invalid") return Either.left(new InvalidTree({ path: memory.path, why: memory.why }))
  return Either.right({ memory, operations: [], faults: activate(faults) })
}

const inspection = (state: State): MemoryFileSystem =>
  tag.of({
    snapshot: Effect.sync(() => state.memory.snapshot()),
    operations: Effect.sync(() => state.operations.slice()),
    inject: (faults) =>
      Effect.sync(() => {
        state.faults = activate(faults)
      })
  })

/** Lookups that fail at the fault's place, or everywhere if it has none. */
const failingLookup =
  (state: State, active: ActiveFault) => (request: Walk.Lookup<MemoryTree.Node>): Walk.Entry<MemoryTree.Node> => {
    const place = ComponentStack.toPath(request.directory, request.name === "." ? [] : [request.name])
    return active.path === undefined || active.path === place
      ? { _tag: "Fault", cause: Errno.toError(failureOf(active, "lstat", [place])) }
      : state.memory.lookup(request)
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

const METHOD = "resolve"

const walkOf = (state: State) => (path: string, policy: Policy.Policy): Effect.Effect<Walk.Outcome<MemoryTree.Node>> =>
  Effect.suspend(() => {
    const { faults, memory: { lookup, root } } = state
    record(state, METHOD, [path])
    if (faults.length === 0) return Effect.succeed(Walk.run(root, path, lookup, policy))
    const injection = matchFaults(faults, METHOD, visit(state.memory, METHOD, [path]))
    const { failing } = injection
    const answer = failing === undefined ? lookup : failingLookup(state, failing)
    return delayed(injection, Effect.sync(() => Walk.run(root, path, answer, policy)))
  })

const rootOf = (state: State): Root => makeRoot({ path: "/", walk: walkOf(state) })

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
      Effect.map(makeState(tree, options), (state) =>
        Context.make(tag, inspection(state)).pipe(
          Context.add(rootTag, rootOf(state)),
          Context.add(FileSystem.FileSystem, makeFileSystem(backendOf(state)))
        ))
    )
  )

/** @internal */
export const snapshot = Effect.flatMap(tag, (memory) => memory.snapshot)

/** @internal */
export const operations = Effect.flatMap(tag, (memory) => memory.operations)

/** @internal */
export const inject = (faults: ReadonlyArray<Fault>) => Effect.flatMap(tag, (memory) => memory.inject(faults))
