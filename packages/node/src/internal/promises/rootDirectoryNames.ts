/** The operations of a single call that `node:fs` does not have. */
import { syscalls } from "@procfsroot/vfs/Method"
import * as Vfs from "@procfsroot/vfs/FileSystem"
import type { MayWait, Now } from "@procfsroot/vfs/Program"
import type { RootDirectorySync } from "../../RootDirectory.js"
import { FILE_MODE } from "./arguments.js"
import { openFileSync } from "./fileSync.js"
import type { DirectoryMethod } from "./methods.js"
import { type Backend, runCall, valuesOf } from "./perform.js"

/** @internal */
export type DirectoryNames = MayWait<Omit<RootDirectorySync, "openFile">>

/** @internal */
export const directoryNames = <F>(backend: Backend<F>, fs: Vfs.WaitingFileSystem<F>): DirectoryNames => {
  const { rootDirectory: directory } = fs

  const onPath = <A>(method: DirectoryMethod, path: string, use: () => Now<A>): Now<A> =>
    runCall(backend, method, syscalls[method], [path], use)

  return {
    getExtendedAttribute: (path, name, options) =>
      onPath("getExtendedAttribute", path, () => directory.getExtendedAttribute(path, name, options)),
    lchown: (path, uid, gid) => onPath("lchown", path, () => directory.lchown(path, uid, gid)),
    listExtendedAttributes: (path, options) =>
      onPath("listExtendedAttributes", path, () => directory.listExtendedAttributes(path, options)),
    lstat: (path) => onPath("lstat", path, () => directory.lstat(path)),
    lutimes: (path, atime, mtime) => onPath("lutimes", path, () => directory.lutimes(path, atime, mtime)),
    makeNode: (path, node, { mode = FILE_MODE } = {}) =>
      onPath("makeNode", path, () => directory.makeNode(path, node, mode)),
    removeExtendedAttribute: (path, name, options) =>
      onPath("removeExtendedAttribute", path, () => directory.removeExtendedAttribute(path, name, options)),
    rename: (from, to, { mode }) =>
      runCall(backend, "rename", "rename", [from, to], () => directory.rename(from, to, mode)),
    setExtendedAttribute: (path, name, value, options) =>
      onPath("setExtendedAttribute", path, () => directory.setExtendedAttribute(path, name, value, options)),
    stat: (path) => onPath("stat", path, () => directory.stat(path)),
    statfs: (path) => onPath("statfs", path, () => directory.statfs(path))
  }
}

/** @internal */
export const rootDirectorySyncOf = <F>(backend: Backend<F>): RootDirectorySync => ({
  ...valuesOf(backend, directoryNames(backend, Vfs.waiting(backend.syncFileSystem))),
  openFile: (path, { flag, mode } = {}) => openFileSync(backend, path, flag, mode)
})
