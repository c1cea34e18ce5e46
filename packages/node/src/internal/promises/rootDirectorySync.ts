/** The short operations that `node:fs` does not have, without promises. */
import * as Errno from "@procfsroot/vfs/Errno"
import type { File } from "@procfsroot/vfs/FileSystem"
import { syscalls } from "@procfsroot/vfs/Method"
import type { Program } from "@procfsroot/vfs/Program"
import type { FileSync, RootDirectorySync } from "../../RootDirectory.js"
import { exactTimeOf, idOf, modeOf, openingOf } from "./arguments.js"
import { checkOffset } from "./fileHandle.js"
import type { DirectoryMethod } from "./methods.js"
import { type Backend, runOnFileSync, runSync } from "./perform.js"

const DEFAULT_MODE = 0o666

/** Opened with `rootDirectorySync.openFile`, and closed by `closeNow`. */
class OpenFileSync<F> implements FileSync {
  readonly #file: File<F>
  readonly #closeNow: () => void
  #fd: number

  constructor(file: File<F>, fd: number, closeNow: () => void) {
    this.#file = file
    this.#fd = fd
    this.#closeNow = closeNow
  }

  get fd(): number {
    return this.#fd
  }

  chmod(mode: number | string): void {
    this.#run("fchmod", () => this.#file.chmod(modeOf(mode)))
  }

  chown(uid: number, gid: number): void {
    this.#run("fchown", () => this.#file.chown(idOf(uid, "uid"), idOf(gid, "gid")))
  }

  utimes(atime: unknown, mtime: unknown): void {
    this.#run("futime", () => this.#file.utimes(exactTimeOf(atime), exactTimeOf(mtime)))
  }

  nextData(from: number) {
    checkOffset(from)
    return this.#run("lseek", () => this.#file.nextData(BigInt(from)))
  }

  getExtendedAttribute(name: string): Uint8Array | undefined {
    return this.#run("fgetxattr", () => this.#file.getExtendedAttribute(name))
  }

  listExtendedAttributes(): ReadonlyArray<string> {
    return this.#run("flistxattr", () => this.#file.listExtendedAttributes())
  }

  setExtendedAttribute(name: string, value: Uint8Array): void {
    this.#run("fsetxattr", () => this.#file.setExtendedAttribute(name, value))
  }

  removeExtendedAttribute(name: string): void {
    this.#run("fremovexattr", () => this.#file.removeExtendedAttribute(name))
  }

  close(): void {
    if (this.#fd === -1) return
    // First, so that it is not closed again if this fails: the kernel releases the descriptor in any case (`close(2)`).
    this.#fd = -1
    this.#closeNow()
  }

  [Symbol.dispose](): void {
    try {
      this.close()
    } catch {
      // It must not replace the error that ended the block.
    }
  }

  #run<A>(syscall: string, begin: () => Program<A>): A {
    return runOnFileSync(syscall, () => {
      if (this.#fd === -1) throw Errno.make("EBADF")
      return begin()
    })
  }
}

/** @internal */
export const rootDirectorySyncOf = <F>(backend: Backend<F>): RootDirectorySync => {
  const { closeNow, descriptorOf, fileSystem: fs } = backend
  const { rootDirectory: directory } = fs

  const onPath = <A>(method: DirectoryMethod, path: string, use: () => A): A =>
    runSync(backend, method, syscalls[method], [path], use)

  return {
    getExtendedAttribute: (path, name, options) =>
      onPath("getExtendedAttribute", path, () => directory.getExtendedAttribute(path, name, options)),
    lchown: (path, uid, gid) => onPath("lchown", path, () => directory.lchown(path, uid, gid)),
    listExtendedAttributes: (path, options) =>
      onPath("listExtendedAttributes", path, () => directory.listExtendedAttributes(path, options)),
    lstat: (path) => onPath("lstat", path, () => directory.lstat(path)),
    lutimes: (path, atime, mtime) => onPath("lutimes", path, () => directory.lutimes(path, atime, mtime)),
    makeNode: (path, node, { mode = DEFAULT_MODE } = {}) =>
      onPath("makeNode", path, () => directory.makeNode(path, node, mode)),
    openFile: (path, { flag, mode = DEFAULT_MODE } = {}) => {
      const { flag: opening, noFollow } = openingOf(flag, "r")
      return runSync(backend, "open", "open", [path], () => {
        if (closeNow === undefined) throw Errno.make("ENOTSUP")
        const file = fs.open(path, opening, modeOf(mode), noFollow)
        const opened = file.file as F // nobody has closed it
        return new OpenFileSync(file, descriptorOf(opened), () => closeNow(opened))
      })
    },
    removeExtendedAttribute: (path, name, options) =>
      onPath("removeExtendedAttribute", path, () => directory.removeExtendedAttribute(path, name, options)),
    rename: (from, to, { mode }) =>
      runSync(backend, "rename", "rename", [from, to], () => directory.rename(from, to, mode)),
    setExtendedAttribute: (path, name, value, options) =>
      onPath("setExtendedAttribute", path, () => directory.setExtendedAttribute(path, name, value, options)),
    stat: (path) => onPath("stat", path, () => directory.stat(path)),
    statfs: (path) => onPath("statfs", path, () => directory.statfs(path))
  }
}
