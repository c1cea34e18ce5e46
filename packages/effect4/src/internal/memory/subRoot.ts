/** Directories of a tree as roots of their own, which know nothing of its faults. */
import * as RootedPath from "@procfsroot/path/RootedPath"
import * as Walk from "@procfsroot/path/Walk"
import { readOnly as readOnlyView } from "@procfsroot/vfs/FileSystem"
import type { Memory, OpenNode } from "@procfsroot/vfs/MemoryTree"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { Root } from "../../Root.js"
import { RootDirectory } from "../../RootDirectory.js"
import type { Backend, OpenSubRoot } from "../../VfsFileSystem.js"
import { make as makeFileSystem } from "../adapter/fileSystem.js"
import { make as makeRootDirectory } from "../adapter/rootDirectory.js"
import { make as makeRoot } from "../root.js"
import { errorOf } from "./errorOf.js"
import { atCurrentTime } from "./operation.js"

const backendOf = (memory: Memory, readOnly: boolean): Backend<OpenNode> => {
  // A tree in memory is never closed.
  const fileSystem = readOnly ? readOnlyView(memory.fileSystem, () => {}) : memory.fileSystem
  return {
    fileSystem,
    around: (_, perform) => atCurrentTime(memory, perform),
    errorOf,
    descriptorOf: ({ descriptor }) => descriptor,
    retain: () => Effect.succeed(fileSystem)
  }
}

/**
 * `rootPath` is the place of `parent` in the whole tree.
 *
 * @internal
 */
export const openSubRoot =
  (parent: Memory, rootPath: string, parentReadOnly: boolean): OpenSubRoot => (path, options) => {
    const { readOnly = false, ...policy } = options
    const memory = parent.subRoot(path, policy)
    const ownPath = RootedPath.behind(rootPath, parent.fileSystem.realPath(path))
    const isReadOnly = parentReadOnly || readOnly
    const backend = backendOf(memory, isReadOnly)
    const root = makeRoot({
      path: ownPath,
      walk: (asked, policy) => Effect.sync(() => Walk.run(memory.root, asked, memory.lookup, policy))
    })
    return {
      services: Context.make(FileSystem.FileSystem, makeFileSystem(backend)).pipe(
        Context.add(Root, root),
        Context.add(RootDirectory, makeRootDirectory(backend, openSubRoot(memory, ownPath, isReadOnly)))
      ),
      close: () => {}
    }
  }
