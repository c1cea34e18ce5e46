/** The functions of `fs.promises` over the operations of `@procfsroot/vfs`. */
import * as Errno from "@procfsroot/vfs/Errno"
import type { Promises } from "../../Promises.js"
import { constants } from "./constants.js"
import { openFile, readFile, writeFile } from "./content.js"
import { opendir, readdir } from "./directories.js"
import { invalidValue } from "./errors.js"
import type { Names } from "./names.js"
import { type Backend, run } from "./perform.js"
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

/** The same function with a promise, of its errors as well. */
const promised = <A extends ReadonlyArray<never>, B>(run: (...args: A) => B) => async (...args: A): Promise<B> =>
  run(...args)

const copyFile = <F>(backend: Backend<F>) => async (from: PathLike, to: PathLike, mode = 0): Promise<void> => {
  const [source, copy] = [pathOf(from, "src"), pathOf(to, "dest")]
  const exclusive = (mode & constants.COPYFILE_EXCL) !== 0
  await run(backend, "copyfile", [source, copy], () => {
    if ((mode & constants.COPYFILE_FICLONE_FORCE) !== 0) throw Errno.make("ENOTSUP")
    return backend.fileSystem.copyFile(source, copy, { exclusive })
  })
}

const notSupported = (option: string): TypeError =>
  invalidValue("ERR_INVALID_ARG_VALUE", `The option '${option}' is not supported`)

const cp =
  <F>(backend: Backend<F>) => async (from: PathLike, to: PathLike, options: CopyOptions = {}): Promise<void> => {
    const { dereference, errorOnExist, filter, force: overwrite = true, recursive = false, signal, ...rest } = options
    if (dereference === true) throw notSupported("dereference")
    if (filter !== undefined) throw notSupported("filter")
    const { preserveTimestamps } = rest
    const [source, copy] = [pathOf(from, "src"), pathOf(to, "dest")]
    const begin = () =>
      backend.fileSystem.copy(source, copy, { errorOnExist, overwrite, preserveTimestamps, recursive })
    await run(backend, "cp", [source, copy], begin, signal)
  }

const rm = <F>(backend: Backend<F>) => async (path: PathLike, options: RemoveOptions = {}): Promise<void> => {
  const text = pathOf(path)
  const { force, recursive, signal } = options
  await run(backend, "rm", [text], () => backend.fileSystem.remove(text, { force, recursive }), signal)
}

const truncate = <F>(backend: Backend<F>) => async (path: PathLike, length = 0): Promise<void> => {
  const text = pathOf(path)
  await run(backend, "open", [text], () => backend.fileSystem.truncate(text, length))
}

/** @internal */
export const promisesOf = <F>(backend: Backend<F>, all: Names): Promises => {
  const functions = {
    constants,
    access: promised(all.access),
    appendFile: writeFile(backend, "a"),
    chmod: promised(all.chmod),
    chown: promised(all.chown),
    copyFile: copyFile(backend),
    cp: cp(backend),
    lchown: promised(all.lchown),
    link: promised(all.link),
    lstat: promised(all.lstat),
    lutimes: promised(all.lutimes),
    mkdir: promised(all.mkdir),
    mkdtemp: promised(all.mkdtemp),
    open: async (path: PathLike, flags?: string | number, mode?: number | string) =>
      openFile(backend, path, flags, mode),
    opendir: opendir(backend),
    readFile: readFile(backend),
    readdir: readdir(backend),
    readlink: promised(all.readlink),
    realpath: promised(all.realpath),
    rename: promised(all.rename),
    rm: rm(backend),
    rmdir: promised(all.rmdir),
    stat: promised(all.stat),
    statfs: promised(all.statfs),
    symlink: promised(all.symlink),
    truncate: truncate(backend),
    unlink: promised(all.unlink),
    utimes: promised(all.utimes),
    watch: watch(backend),
    writeFile: writeFile(backend, "w")
  }
  // Node's overloads: an option decides what is returned.
  return functions as unknown as Promises
}
