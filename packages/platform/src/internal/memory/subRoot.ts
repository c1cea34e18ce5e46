/** The services of a tree in memory, and of roots inside it. They share its faults and its journal. */
import * as RootedPath from "@procfsroot/path/RootedPath"
import { isOn, type Policy } from "@procfsroot/path/Policy"
import type * as Walk from "@procfsroot/path/Walk"
import { readOnly as readOnlyView, waiting } from "@procfsroot/vfs/FileSystem"
import type { Node, OpenNode } from "@procfsroot/vfs/MemoryTree"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "../needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/FileSystem.js"
import type { Backend, OpenSubRoot } from "../../VfsFileSystem.js"
import { make as makeFileSystem } from "../adapter/fileSystem.js"
import { make as makeRootDirectory } from "../adapter/rootDirectory.js"
import { make as makeRoot, tag as rootTag } from "../root.js"
import { tag as rootDirectoryTag } from "../rootDirectory.js"
import { answered } from "../adapter/program.js"
import { around, inEnvironment, type State } from "./operation.js"

const walkOf = ({ injector }: State) => (path: string, policy: Policy): Effect.Effect<Walk.Outcome<Node>> =>
  inEnvironment((environment) => answered(injector.walk(path, policy, environment), Effect.die))

const backendOf = (state: State, isReadOnly: boolean): Backend<OpenNode> => {
  const { errorOf, memory } = state
  // A tree in memory is never closed.
  const fileSystem = waiting(isReadOnly ? readOnlyView(memory.fileSystem, () => {}) : memory.fileSystem)
  return {
    fileSystem,
    around: around(state),
    errorOf,
    descriptorOf: ({ descriptor }) => descriptor,
    retain: () => Effect.succeed(fileSystem)
  }
}

/**
 * The services of a root. `rootPath` is its path in the whole tree, or the name that the caller gives it.
 *
 * @internal
 */
export const servicesOf = (state: State, rootPath: string, readOnly: boolean | undefined) => {
  const isReadOnly = isOn("readOnly", readOnly)
  const backend = backendOf(state, isReadOnly)
  return Context.make(FileSystem.FileSystem, makeFileSystem(backend)).pipe(
    Context.add(rootTag, makeRoot({ path: rootPath, walk: walkOf(state) })),
    Context.add(rootDirectoryTag, makeRootDirectory(backend, openSubRoot(state, rootPath, isReadOnly)))
  )
}

const openSubRoot = (parent: State, rootPath: string, parentReadOnly: boolean): OpenSubRoot => (path, options) => {
  const { readOnly } = options
  const memory = parent.memory.subRoot(path, options)
  const ownPath = RootedPath.behind(rootPath, parent.memory.fileSystem.realPath(path))
  const state = { ...parent, memory, injector: parent.injector.for(memory) }
  return { services: servicesOf(state, ownPath, parentReadOnly || readOnly), close: () => {} }
}
