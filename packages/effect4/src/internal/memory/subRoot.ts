/** The services of a tree in memory, and of roots inside it. They share its faults and its journal. */
import * as RootedPath from "@procfsroot/path/RootedPath"
import { isOn, type Policy } from "@procfsroot/path/Policy"
import type * as Walk from "@procfsroot/path/Walk"
import * as Errno from "@procfsroot/vfs/Errno"
import { readOnly as readOnlyView, waiting } from "@procfsroot/vfs/FileSystem"
import type { Node, OpenNode } from "@procfsroot/vfs/MemoryTree"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { RootClosed } from "../../ResolveError.js"
import { Root } from "../../Root.js"
import { RootDirectory } from "../../RootDirectory.js"
import type { Backend, OpenSubRoot, Operation } from "../../VfsFileSystem.js"
import { make as makeFileSystem } from "../adapter/fileSystem.js"
import { fromResolveError } from "../fileSystemError.js"
import { make as makeRootDirectory } from "../adapter/rootDirectory.js"
import { make as makeRoot } from "../root.js"
import { answered } from "../adapter/program.js"
import { around, inEnvironment, type State } from "./operation.js"

/** Whether a root is open. */
interface Opening {
  isOpen: boolean
}

/** A whole tree in memory is never closed, so that a test can look at it afterwards. */
const always: Opening = { isOpen: true }

const walkOf =
  ({ injector }: State, root: string, opening: Opening) =>
  (path: string, policy: Policy): Effect.Effect<Walk.Outcome<Node>, RootClosed> =>
    opening.isOpen
      ? inEnvironment((environment) => answered(injector.walk(path, policy, environment), Effect.die))
      : Effect.fail(new RootClosed({ root, path, at: RootedPath.root }))

/** Fails if the root is closed. What was opened in it goes on. */
const whileOpen = <A>(opening: Opening, operation: Operation<OpenNode, A>): Operation<OpenNode, A> => ({
  ...operation,
  begin: () => {
    if (operation.opened === undefined && !opening.isOpen) throw Errno.make("EBADF")
    return operation.begin()
  }
})

const backendOf = (state: State, rootPath: string, isReadOnly: boolean, opening: Opening): Backend<OpenNode> => {
  const { memory } = state
  const fileSystem = waiting(isReadOnly ? readOnlyView(memory.fileSystem, () => {}) : memory.fileSystem)
  const inTree = around(state)
  const errorOf: Backend<OpenNode>["errorOf"] = (failing, thrown) => {
    const { method, subject: path } = failing
    return thrown.code === "EBADF" && !opening.isOpen && typeof path === "string"
      ? fromResolveError(method, new RootClosed({ root: rootPath, path, at: RootedPath.root }))
      : state.errorOf(failing, thrown)
  }
  return {
    fileSystem,
    around: opening === always ? inTree : (operation, failed) => inTree(whileOpen(opening, operation), failed),
    errorOf,
    descriptorOf: ({ descriptor }) => descriptor,
    retain: (method, prefix) =>
      Effect.suspend(() =>
        opening.isOpen
          ? Effect.succeed(fileSystem)
          : Effect.fail(errorOf({ method, subject: prefix }, Errno.make("EBADF")))
      )
  }
}

/**
 * The services of a root. `rootPath` is its path in the whole tree, or the name that the caller gives it.
 *
 * @internal
 */
export const servicesOf = (
  state: State,
  rootPath: string,
  readOnly: boolean | undefined,
  opening: Opening = always
) => {
  const isReadOnly = isOn("readOnly", readOnly)
  const backend = backendOf(state, rootPath, isReadOnly, opening)
  return Context.make(FileSystem.FileSystem, makeFileSystem(backend)).pipe(
    Context.add(Root, makeRoot({ path: rootPath, walk: walkOf(state, rootPath, opening) })),
    Context.add(RootDirectory, makeRootDirectory(backend, openSubRoot(state, rootPath, isReadOnly)))
  )
}

/**
 * The services of a root that can be closed.
 *
 * @internal
 */
export const openServices = (state: State, rootPath: string, readOnly: boolean | undefined) => {
  const opening = { isOpen: true }
  const close = (): void => {
    opening.isOpen = false
  }
  return { services: servicesOf(state, rootPath, readOnly, opening), close }
}

const openSubRoot = (parent: State, rootPath: string, parentReadOnly: boolean): OpenSubRoot => (path, options) => {
  const { readOnly } = options
  const memory = parent.memory.subRoot(path, options)
  const ownPath = RootedPath.behind(rootPath, parent.memory.fileSystem.realPath(path))
  const state = { ...parent, memory, injector: parent.injector.for(memory) }
  return openServices(state, ownPath, parentReadOnly || readOnly)
}
