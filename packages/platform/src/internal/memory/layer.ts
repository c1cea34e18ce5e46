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
import { InvalidTree } from "./invalidTree.js"
import { arm, type ArmedFault, strike, touch } from "./faults.js"
import type { Backend } from "../../VfsFileSystem.js"
import { make as makeFileSystem } from "../adapter/fileSystem.js"
import { failureOf, type Machine, note, perform, waiting } from "./operation.js"
import { platformError } from "./platformError.js"

/** @internal */
export const tag = Context.GenericTag<MemoryFileSystem>("@procfsroot/platform/MemoryFileSystem")

const machineOf = (
  tree: Tree,
  { faults = [], protected: protection, user }: Options
): Either.Either<Machine, InvalidTree> => {
  const memory = MemoryTree.make(tree, { user, protection })
  if (memory._tag === "Invalid") return Either.left(new InvalidTree({ path: memory.path, why: memory.why }))
  return Either.right({ memory, operations: [], faults: arm(faults) })
}

const inspection = (machine: Machine): MemoryFileSystem =>
  tag.of({
    snapshot: Effect.sync(() => machine.memory.snapshot()),
    operations: Effect.sync(() => machine.operations.slice()),
    inject: (faults) =>
      Effect.sync(() => {
        machine.faults = arm(faults)
      })
  })

/** The lookups of a walk that a fault stops at its place, or at once where it has none. */
const faulty =
  (machine: Machine, armed: ArmedFault) => (asked: Walk.Lookup<MemoryTree.Node>): Walk.Entry<MemoryTree.Node> => {
    const place = ComponentStack.toPath(asked.directory, asked.name === "." ? [] : [asked.name])
    return armed.path === undefined || armed.path === place
      ? { _tag: "Fault", cause: Errno.toError(failureOf(armed, "lstat", [place])) }
      : machine.memory.lookup(asked)
  }

const backendOf = (machine: Machine): Backend<MemoryTree.OpenNode> => {
  const { fileSystem } = machine.memory
  return {
    fileSystem,
    perform: perform(machine),
    descriptorOf: ({ descriptor }) => descriptor,
    retain: () => Effect.succeed(fileSystem),
    failed: (operation, thrown) => platformError(operation, thrown)
  }
}

const METHOD = "resolve"

const walkOf =
  (machine: Machine) => (path: string, policy: Policy.Policy): Effect.Effect<Walk.Outcome<MemoryTree.Node>> =>
    Effect.suspend(() => {
      const { faults, memory: { lookup, root } } = machine
      note(machine, METHOD, [path])
      if (faults.length === 0) return Effect.succeed(Walk.run(root, path, lookup, policy))
      const struck = strike(faults, METHOD, touch(machine.memory, METHOD, [path]))
      const { failing } = struck
      const look = failing === undefined ? lookup : faulty(machine, failing)
      return waiting(struck, Effect.sync(() => Walk.run(root, path, look, policy)))
    })

const rootOf = (machine: Machine): Root => makeRoot({ path: "/", walk: walkOf(machine) })

/** @internal */
export const root = (tree: Tree, options: Options = {}) =>
  Layer.effectContext(
    Effect.suspend(() =>
      Effect.map(machineOf(tree, options), (machine) =>
        Context.make(tag, inspection(machine)).pipe(Context.add(rootTag, rootOf(machine))))
    )
  )

/** @internal */
export const layer = (tree: Tree, options: Options = {}) =>
  Layer.effectContext(
    Effect.suspend(() =>
      Effect.map(machineOf(tree, options), (machine) =>
        Context.make(tag, inspection(machine)).pipe(
          Context.add(rootTag, rootOf(machine)),
          Context.add(FileSystem.FileSystem, makeFileSystem(backendOf(machine)))
        ))
    )
  )

/** @internal */
export const snapshot = Effect.flatMap(tag, (memory) => memory.snapshot)

/** @internal */
export const operations = Effect.flatMap(tag, (memory) => memory.operations)

/** @internal */
export const inject = (faults: ReadonlyArray<Fault>) => Effect.flatMap(tag, (memory) => memory.inject(faults))
