import type { FileSystem } from "../FileSystem.js"
import { fail } from "./errno.js"
import { sync } from "./program.js"

/**
 * Every operation is listed, so that a new one does not compile until it is decided.
 *
 * @internal
 */
export const readOnly = <F>(fileSystem: FileSystem<F>, checkOpen: () => void): FileSystem<F> => {
  const refuse = (): never => {
    checkOpen()
    return fail("EROFS")
  }
  const refuseProgram = () => sync(refuse)
  return {
    access: (path, mode) => mode.writable ? refuse() : fileSystem.access(path, mode),
    chmod: refuse,
    chown: refuse,
    copy: refuseProgram,
    copyFile: refuseProgram,
    link: refuse,
    lstat: fileSystem.lstat,
    makeDirectories: refuse,
    makeTemporaryDirectory: refuse,
    makeTemporaryFile: refuseProgram,
    mkdir: refuse,
    open: (path, flag, mode, noFollow) => flag === "r" ? fileSystem.open(path, flag, mode, noFollow) : refuse(),
    readDirectory: fileSystem.readDirectory,
    readDirectoryEntries: fileSystem.readDirectoryEntries,
    readFile: fileSystem.readFile,
    readLink: fileSystem.readLink,
    realPath: fileSystem.realPath,
    remove: refuseProgram,
    rename: refuse,
    stat: fileSystem.stat,
    symlink: refuse,
    truncate: refuseProgram,
    utimes: refuse,
    watch: fileSystem.watch,
    writeFile: refuseProgram
  }
}
