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
import { toError } from "./errno.js"
import { arm, type ArmedFault, strike, touch } from "./faults.js"
import { make as makeFileSystem } from "./fileSystem.js"
import type { Node } from "./inode.js"
import { failureOf, type Machine, note, waiting } from "./operation.js"
import { none } from "./protection.js"
import { lookup } from "./resolve.js"
import { snapshot as snapshotOf } from "./snapshot.js"
import { build } from "./tree.js"

/** @internal */
export const tag = Context.GenericTag<MemoryFileSystem>("@procfsroot/platform/MemoryFileSystem")

const superuser = { uid: 0, gid: 0 }

const machineOf = (tree: Tree, { faults = [], protected: protection, user = superuser }: Options) =>
  Either.map(build(tree), (root): Machine => ({
    world: {
      root,
      user: { groups: [], ...user },
      protection: { ...none, ...protection },
      now: 0,
      temporaries: 0,
      descriptors: new Set(),
      watchers: new Set()
    },
    operations: [],
    faults: arm(faults)
  }))

const inspection = (machine: Machine): MemoryFileSystem =>
  tag.of({
    snapshot: Effect.sync(() => snapshotOf(machine.world.root)),
    operations: Effect.sync(() => machine.operations.slice()),
    inject: (faults) =>
      Effect.sync(() => {
        machine.faults = arm(faults)
      })
  })

/** The lookups of a walk that a fault stops at its place, or at once where it has none. */
const faulty = (machine: Machine, armed: ArmedFault) => (asked: Walk.Lookup<Node>): Walk.Entry<Node> => {
  const place = ComponentStack.toPath(asked.directory, asked.name === "." ? [] : [asked.name])
  return armed.path === undefined || armed.path === place
    ? { _tag: "Fault", cause: toError(failureOf(armed, "lstat", [place])) }
    : lookup(machine.world)(asked)
}

const METHOD = "resolve"

const walkOf = (machine: Machine) => (path: string, policy: Policy.Policy): Effect.Effect<Walk.Outcome<Node>> =>
  Effect.suspend(() => {
    const { faults, world } = machine
    note(machine, METHOD, [path])
    if (faults.length === 0) return Effect.succeed(Walk.run<Node>(world.root, path, lookup(world), policy))
    const struck = strike(faults, METHOD, touch(world, METHOD, [path]))
    const { failing } = struck
    const look = failing === undefined ? lookup(world) : faulty(machine, failing)
    return waiting(struck, Effect.sync(() => Walk.run<Node>(world.root, path, look, policy)))
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
          Context.add(FileSystem.FileSystem, makeFileSystem(machine))
        ))
    )
  )

/** @internal */
export const snapshot = Effect.flatMap(tag, (memory) => memory.snapshot)

/** @internal */
export const operations = Effect.flatMap(tag, (memory) => memory.operations)

/** @internal */
export const inject = (faults: ReadonlyArray<Fault>) => Effect.flatMap(tag, (memory) => memory.inject(faults))
