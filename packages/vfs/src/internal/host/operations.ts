/** The operations: each resolves its paths in the root, to the host paths that the file system below gets. */
import type { Asking, HostFileSystem, Operations, Root } from "../../HostFileSystem.js"
import { checkIds, checkLength, checkMode, checkTexts, checkTimes } from "../arguments.js"
import type { Flag } from "../../FileSystem.js"
import type { PathUse } from "../../PathUse.js"
import type { PathPolicy } from "../../PathPolicy.js"
import { temporaryDirectory } from "../pathPolicy.js"
import { ofFlag, pathUses } from "../pathUse.js"
import { copy, copyFile } from "./copy.js"
import { link, makeDirectory, readDirectory, readLink, remove, rename, symlink } from "./names.js"
import { Places } from "./places.js"
import { makeTempDirectory, makeTempFile } from "./temporary.js"
import { watch } from "./watch.js"

/** @internal */
export const make = (root: Root, host: HostFileSystem, policy?: PathPolicy): Operations => {
  const places = new Places(root, host, policy)

  function* file(path: string, use: Exclude<PathUse, "parent">, check?: () => void): Asking<string> {
    checkTexts([path])
    check?.()
    return places.at(yield* places.find(path, use))
  }

  function* open(path: string, flag: Flag, mode = 0, noFollow = false): Asking<string> {
    checkTexts([path])
    checkMode(mode)
    const use = ofFlag(flag)
    return places.at(yield* noFollow && use !== "createNew" ? places.unfollowed(path, use) : places.find(path, use))
  }

  return {
    access: (path) => file(path, pathUses.access[0]),
    chmod: (path, mode) => file(path, pathUses.chmod[0], () => checkMode(mode)),
    chown: (path, uid, gid) => file(path, pathUses.chown[0], () => checkIds(uid, gid)),
    copy: (from, to, options = {}) => copy(places, from, to, options),
    copyFile: (from, to) => copyFile(places, from, to),
    link: (from, to) => link(places, from, to),
    lstat: (path) => file(path, pathUses.lstat[0]),
    makeDirectory: (path, options = {}) => makeDirectory(places, path, options),
    makeTempDirectory: (prefix) => makeTempDirectory(places, prefix),
    makeTempFile: (prefix, suffix) => makeTempFile(places, prefix, suffix),
    open,
    readDirectory: (path, recursive) => readDirectory(places, path, recursive),
    readDirectoryEntries: (path) => file(path, pathUses.readDirectoryEntries[0]),
    readFile: (path) => file(path, pathUses.readFile[0]),
    readLink: (path) => readLink(places, path),
    *realPath(path) {
      checkTexts([path])
      return yield* places.find(path, pathUses.realPath[0])
    },
    remove: (path, options = {}) => remove(places, path, options),
    rename: (from, to) => rename(places, from, to),
    stat: (path) => file(path, pathUses.stat[0]),
    symlink: (target, path) => symlink(places, target, path),
    temporaryDirectory: temporaryDirectory(policy),
    truncate: (path, length) => file(path, pathUses.truncate[0], () => checkLength(length)),
    utimes: (path, atime, mtime) => file(path, pathUses.utimes[0], () => checkTimes(atime, mtime)),
    watch: (path, recursive = false) => watch(places, path, recursive)
  }
}
