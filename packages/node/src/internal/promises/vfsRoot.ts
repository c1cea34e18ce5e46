/** A root over a file system of `@procfsroot/vfs`. This module does not need Node. */
import * as Errno from "@procfsroot/vfs/Errno"
import { waiting } from "@procfsroot/vfs/FileSystem"
import * as Handle from "@procfsroot/vfs/Handle"
import type { OpenRoot } from "../../OpenRoot.js"
import type { Source } from "../../VfsRoot.js"
import { type Backend, runSync } from "./perform.js"
import { makeRoot, separately } from "./root.js"
import { inTurns } from "./turns.js"

/** What Node's file handles have when they are closed. */
const NO_DESCRIPTOR = -1

/** How synchronous functions wait, if the file system can do that. */
type Patience = Pick<Backend<unknown>, "waitingHere">

const backendOf = <F>(handle: Handle.Handle<Source<F>>, patience: Patience): Backend<F> => {
  const { fileSystem } = handle.value
  return {
    fileSystem: waiting(fileSystem),
    syncFileSystem: fileSystem,
    isOpen: () => handle.isOpen,
    checkOpen: () => {
      if (!handle.isOpen) throw Errno.make("EBADF")
    },
    retain: () => {
      const retained = handle.retain()
      return { fileSystem, close: () => retained.close() }
    },
    descriptorOf: () => NO_DESCRIPTOR,
    ...patience
  }
}

/** @internal */
export const openVfsRoot = <F>(source: Source<F>, patience: Patience = {}): OpenRoot => {
  const { path, walk } = source
  const handle = Handle.make(source, ({ close }) => close?.())
  const backend = backendOf(handle, patience)
  const root = makeRoot({
    path,
    strategy: { name: "walk", reason: "this kind of root looks up every component" },
    walk,
    resolve: walk,
    batch: () => separately(walk),
    close: () => handle.close()
  }, backend)
  const subRoot: OpenRoot["subRoot"] = inTurns(async (inner, options = {}) =>
    runSync(backend, "subRoot", "open", [inner], () => {
      if (source.subRoot === undefined) throw Errno.make("ENOTSUP")
      return openVfsRoot(source.subRoot(inner, options), patience)
    })
  )
  return { ...root, subRoot }
}
