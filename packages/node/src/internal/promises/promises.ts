/** The functions of `fs.promises` over the operations of `@procfsroot/vfs`. */
import * as Errno from "@procfsroot/vfs/Errno"
import type { Promises } from "../../Promises.js"
import { bitsOf, checkBooleans, lengthOf } from "./arguments.js"
import { constants } from "./constants.js"
import { openFile, readFile, writeFile } from "./content.js"
import { opendir, readdir } from "./directories.js"
import { notSupported } from "./errors.js"
import { names } from "./names.js"
import { type Backend, promised, run } from "./perform.js"
import { pathOf } from "./texts.js"
import { watch } from "./watch.js"

type PathLike = string | Uint8Array | URL

interface Abortable {
  readonly signal?: AbortSignal | undefined
}

interface CopyOptions extends Abortable {
  readonly recursive?: boolean | undefined
  readonly force?: boolean | undefined
  readonly errorOnExist?: boolean | undefined
  readonly preserveTimestamps?: boolean | undefined
  readonly dereference?: boolean | undefined
  readonly filter?: unknown
}

interface RemoveOptions extends Abortable {
  readonly recursive?: boolean | undefined
  readonly force?: boolean | undefined
}

const copyFile =
  <F>(backend: Backend<F>) => async (from: PathLike, to: PathLike, mode?: number | null): Promise<void> => {
    const [source, copy] = [pathOf(from, "src"), pathOf(to, "dest")]
    const bits = bitsOf(mode)
    const exclusive = (bits & constants.COPYFILE_EXCL) !== 0
    await run(backend, "copyFile", "copyfile", [source, copy], () => {
      if ((bits & constants.COPYFILE_FICLONE_FORCE) !== 0) throw Errno.make("ENOTSUP")
      return backend.fileSystem.copyFile(source, copy, { exclusive })
    })
  }

const cp =
  <F>(backend: Backend<F>) => async (from: PathLike, to: PathLike, options: CopyOptions = {}): Promise<void> => {
    checkBooleans(options, "dereference", "errorOnExist", "force", "preserveTimestamps", "recursive")
    const { dereference, errorOnExist, filter, force: overwrite = true, recursive = false, signal, ...rest } = options
    if (dereference === true) throw notSupported("dereference")
    if (filter !== undefined) throw notSupported("filter")
    const { preserveTimestamps } = rest
    const [source, copy] = [pathOf(from, "src"), pathOf(to, "dest")]
    const begin = () =>
      backend.fileSystem.copy(source, copy, { errorOnExist, overwrite, preserveTimestamps, recursive })
    await run(backend, "cp", "cp", [source, copy], begin, signal)
  }

const rm = <F>(backend: Backend<F>) => async (path: PathLike, options: RemoveOptions = {}): Promise<void> => {
  const text = pathOf(path)
  checkBooleans(options, "force", "recursive")
  const { force, recursive, signal } = options
  await run(backend, "rm", "rm", [text], () => backend.fileSystem.remove(text, { force, recursive }), signal)
}

const truncate = <F>(backend: Backend<F>) => async (path: PathLike, length = 0): Promise<void> => {
  const text = pathOf(path)
  await run(backend, "truncate", "open", [text], () => backend.fileSystem.truncate(text, lengthOf(length)))
}

/** @internal */
export const promisesOf = <F>(backend: Backend<F>): Promises => {
  const all = names(backend, backend.fileSystem)
  const functions = {
    constants,
    access: promised(backend, all.access),
    appendFile: writeFile(backend, "appendFile", "a"),
    chmod: promised(backend, all.chmod),
    chown: promised(backend, all.chown),
    copyFile: copyFile(backend),
    cp: cp(backend),
    lchown: promised(backend, all.lchown),
    link: promised(backend, all.link),
    lstat: promised(backend, all.lstat),
    lutimes: promised(backend, all.lutimes),
    mkdir: promised(backend, all.mkdir),
    mkdtemp: promised(backend, all.mkdtemp),
    open: promised(
      backend,
      (path: PathLike, flags?: string | number, mode?: number | string) => openFile(backend, path, flags, mode)
    ),
    opendir: opendir(backend),
    readFile: readFile(backend),
    readdir: readdir(backend),
    readlink: promised(backend, all.readlink),
    realpath: promised(backend, all.realpath),
    rename: promised(backend, all.rename),
    rm: rm(backend),
    rmdir: promised(backend, all.rmdir),
    stat: promised(backend, all.stat),
    statfs: promised(backend, all.statfs),
    symlink: promised(backend, all.symlink),
    truncate: truncate(backend),
    unlink: promised(backend, all.unlink),
    utimes: promised(backend, all.utimes),
    watch: watch(backend),
    writeFile: writeFile(backend, "writeFile", "w")
  }
  return functions as unknown as Promises // for Node's overloads, where an option decides the type of the result
}
