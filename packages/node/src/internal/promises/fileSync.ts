/** Opens files for synchronous functions. Their descriptors can be passed to the functions of `node:fs`. */
import * as Errno from "@procfsroot/vfs/Errno"
import type { File } from "@procfsroot/vfs/FileSystem"
import * as Program from "@procfsroot/vfs/Program"
import type { FileSync } from "../../RootDirectory.js"
import { checkOffset, exactTimeOf, FILE_MODE, idOf, modeOf, openingOf } from "./arguments.js"
import { dispose } from "./disposal.js"
import { type Backend, runOnFileSync, runSync } from "./perform.js"
import { pathOf } from "./texts.js"

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
    runOnFileSync("close", () => Program.sync(this.#closeNow))
  }

  [dispose](): void {
    try {
      this.close()
    } catch {
      // It must not replace the error that ended the block.
    }
  }

  #run<A>(syscall: string, begin: () => Program.Program<A>): A {
    return runOnFileSync(syscall, () => {
      if (this.#fd === -1) throw Errno.make("EBADF")
      return begin()
    })
  }
}

/** @internal */
export const openFileSync = <F>(
  backend: Backend<F>,
  file: string | Uint8Array | URL,
  flags: string | number | null | undefined,
  mode: number | string | null | undefined
): FileSync => {
  const { closeNow, descriptorOf, syncFileSystem } = backend
  const { flag, noFollow } = openingOf(flags, "r")
  const bits = modeOf(mode, FILE_MODE)
  const path = pathOf(file)
  return runSync(backend, "open", "open", [path], () => {
    if (closeNow === undefined) throw Errno.make("ENOTSUP")
    return Program.map(syncFileSystem.open(path, flag, bits, noFollow), (file) => {
      const opened = file.file as F // nobody has closed it
      return new OpenFileSync(file, descriptorOf(opened), () => closeNow(opened))
    })
  })
}
