/** Opens a directory of the host as a `FileSystem`, with the services that belong to it. */
import { FileSystem } from "./needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/FileSystem.js"
import * as Node from "@procfsroot/node/FileSystem"
import type { Bind, Openat2 } from "@procfsroot/node/Native"
import type { RootHandle } from "@procfsroot/node/Root"
import * as RootedPath from "@procfsroot/path/RootedPath"
import { Root } from "@procfsroot/platform/Root"
import { RootDirectory } from "@procfsroot/platform/RootDirectory"
import * as VfsFileSystem from "@procfsroot/platform/VfsFileSystem"
import type * as Vfs from "@procfsroot/vfs/FileSystem"
import * as PathPolicy from "@procfsroot/vfs/PathPolicy"
import * as Program from "@procfsroot/vfs/Program"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Options } from "../NodeRootFileSystem.js"
import { backendOf } from "./backend.js"
import { bindingOf, copy as copyRoot, openBound, rootOf } from "./nodeRoot.js"

/** The services of a root, or of a directory in it that is opened as a root. */
const servicesOf = (path: string, handle: RootHandle, root: Root, options: Options) => {
  const { offMainThread = false, ...policy } = options
  const fileSystemOf = (retained: RootHandle) =>
    offMainThread ? Node.makeOffThread(retained, policy) : Node.make(retained, policy)
  const backend = backendOf(path, handle, fileSystemOf, (descriptor) => descriptor)
  return Context.make(FileSystem, VfsFileSystem.make(backend)).pipe(
    Context.add(Root, root),
    Context.add(
      RootDirectory,
      VfsFileSystem.makeRootDirectory(backend, openSubRoot(path, handle, backend.fileSystem, options))
    )
  )
}

const openSubRoot = (
  rootPath: string,
  parent: RootHandle,
  fileSystem: Vfs.WaitingFileSystem<number>,
  { createAs, offMainThread = false, readOnly: parentReadOnly = false, ...policy }: Options
): VfsFileSystem.OpenSubRoot =>
  function*(path, options) {
    // Before it waits, since the caller may change its options meanwhile.
    const readOnly = parentReadOnly || options.readOnly
    const own = { ...PathPolicy.strictest(policy, options), createAs, readOnly, offMainThread }
    const handle = yield* Program.sync(() => Node.subRoot(parent, fileSystem, path))
    let isOpened = false
    try {
      const ownPath = RootedPath.behind(rootPath, yield* Program.sync(() => fileSystem.realPath(path)))
      const services = servicesOf(ownPath, handle, rootOf(ownPath, handle, own), own)
      isOpened = true
      return { services, close: () => handle.close() }
    } finally {
      if (!isOpened) handle.close()
    }
  }

/**
 * Copies options, also what they inherit, such as the getters of a class. A new option that is missing here is a compile
 * error.
 *
 * @internal
 */
export const copy = (options: Options): Required<Options> => {
  const { createAs, readOnly } = options
  const creator = createAs && { uid: createAs.uid, gid: createAs.gid }
  return { ...PathPolicy.copy(options), ...copyRoot(options), createAs: creator, readOnly }
}

/** @internal */
export const make = (path: string, given: Options, bind?: Bind) => {
  // The caller may change its options before the root is open, or later.
  const options = copy(given)
  return Effect.map(openBound(path, options, bind), ({ handle, root }) => servicesOf(path, handle, root, options))
}

/**
 * `layer` with the given `openat2`. Without one, paths are walked.
 *
 * @internal
 */
export const layerWith = (path: string, options: Options, openat2: Openat2 | undefined) =>
  Layer.scopedContext(make(path, options, () => bindingOf(openat2)))

/** @internal */
export const layer = (path: string, options: Options = {}) => Layer.scopedContext(make(path, options))
