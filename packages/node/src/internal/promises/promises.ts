/** The functions of `fs.promises` over the operations of `@procfsroot/vfs`. */
import type { Promises } from "../../Promises.js"
import { constants } from "./constants.js"
import { openFile, readFile, writeFile } from "./content.js"
import { opendir, readdir } from "./directories.js"
import * as jobs from "./jobs.js"
import { names } from "./names.js"
import { type Backend, perform, promised } from "./perform.js"
import { watch } from "./watch.js"

type PathLike = string | Uint8Array | URL

interface Abortable {
  readonly signal?: AbortSignal | undefined
}

const copyFile =
  <F>(backend: Backend<F>) => async (from: PathLike, to: PathLike, mode?: number | null): Promise<void> =>
    perform(backend, jobs.copyFile(backend.fileSystem, from, to, mode))

const cp = <F>(backend: Backend<F>) =>
async (
  from: PathLike,
  to: PathLike,
  options?: jobs.CopyOptions & Abortable
): Promise<void> => perform(backend, jobs.cp(backend.fileSystem, from, to, options), options?.signal)

const rm =
  <F>(backend: Backend<F>) => async (path: PathLike, options?: jobs.RemoveOptions & Abortable): Promise<void> =>
    perform(backend, jobs.rm(backend.fileSystem, path, options), options?.signal)

const truncate = <F>(backend: Backend<F>) => async (path: PathLike, length?: number): Promise<void> =>
  perform(backend, jobs.truncate(backend.fileSystem, path, length))

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
