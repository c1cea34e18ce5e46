/** A read-only view of a file system. */
import type { File, FileSystem } from "../FileSystem.js"
import { fail } from "./errno.js"
import { flagsOf } from "./openFlags.js"
import { Failed, map, sync } from "./program.js"
import type { RootDirectory } from "../RootDirectory.js"

/**
 * Also refuses to change the attributes of a file, which is possible even if the file is only open for reading
 * (`fchmod(2)`).
 *
 * @internal
 */
export const readOnlyFile = <F>(file: File<F>): File<F> => {
  const refuse = () => sync(() => fail(file.file === undefined ? "EBADF" : "EROFS"))
  return {
    get file() {
      return file.file
    },
    chmod: refuse,
    chown: refuse,
    close: () => file.close(),
    datasync: () => file.datasync(),
    getExtendedAttribute: (name) => file.getExtendedAttribute(name),
    listExtendedAttributes: () => file.listExtendedAttributes(),
    nextData: (from) => file.nextData(from),
    read: (buffer, position) => file.read(buffer, position),
    readAlloc: (size, position) => file.readAlloc(size, position),
    readToEnd: (position) => file.readToEnd(position),
    removeExtendedAttribute: refuse,
    seek: (offset, from) => file.seek(offset, from),
    seekWithin: (offset, from) => file.seekWithin(offset, from),
    setExtendedAttribute: refuse,
    stat: () => file.stat(),
    statExact: () => file.statExact(),
    sync: () => file.sync(),
    truncate: (size) => file.truncate(size),
    utimes: refuse,
    write: (bytes, position) => file.write(bytes, position),
    writeAll: (bytes, position) => file.writeAll(bytes, position)
  }
}

const readOnlyDirectory = (directory: RootDirectory, refuse: () => never): RootDirectory => ({
  getExtendedAttribute: directory.getExtendedAttribute,
  lchown: refuse,
  listExtendedAttributes: directory.listExtendedAttributes,
  lstat: directory.lstat,
  lutimes: refuse,
  makeNode: refuse,
  openAtomic: () => sync(refuse),
  readEntries: directory.readEntries,
  readFileBounded: directory.readFileBounded,
  removeExtendedAttribute: refuse,
  rename: refuse,
  setExtendedAttribute: refuse,
  stat: directory.stat,
  statfs: directory.statfs,
  walkTree: directory.walkTree,
  writeFileAtomic: () => sync(refuse)
})

/**
 * Lists every operation, so that code with a new one does not compile until it is either allowed or refused here.
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
    exists: fileSystem.exists,
    link: refuse,
    lstat: fileSystem.lstat,
    makeDirectories: refuse,
    makeTemporaryDirectory: refuse,
    makeTemporaryFile: refuseProgram,
    mkdir: refuse,
    open: (path, flag, mode, noFollow) => {
      // A copy, because a getter could return something else after the check.
      const flags = { ...flagsOf(flag) }
      const { create, truncate, write } = flags
      return create || truncate || write
        ? refuse()
        : map(fileSystem.open(path, flags, mode, noFollow), readOnlyFile)
    },
    readDirectory: fileSystem.readDirectory,
    readDirectoryEntries: fileSystem.readDirectoryEntries,
    readFile: fileSystem.readFile,
    readLink: fileSystem.readLink,
    realPath: fileSystem.realPath,
    remove: refuseProgram,
    rename: refuse,
    returning: {
      ...fileSystem.returning,
      access: (path, mode) => {
        if (!mode.writable) return fileSystem.returning.access(path, mode)
        try {
          return refuse()
        } catch (error) {
          return new Failed(error)
        }
      }
    },
    rmdir: refuse,
    rootDirectory: readOnlyDirectory(fileSystem.rootDirectory, refuse),
    stat: fileSystem.stat,
    symlink: refuse,
    temporaryDirectory: fileSystem.temporaryDirectory,
    truncate: refuseProgram,
    unlink: refuse,
    utimes: refuse,
    watch: fileSystem.watch,
    writeFile: refuseProgram
  }
}
