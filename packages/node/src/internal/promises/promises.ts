/** The functions of `fs.promises` over the operations of `@procfsroot/vfs`. */
import type { Now } from "@procfsroot/vfs/Program"
import type { Promises } from "../../Promises.js"
import { checkSignal } from "./arguments.js"
import { constants } from "./constants.js"
import { openFile, readFile, writeFile } from "./content.js"
import { opendir } from "./directories.js"
import * as jobs from "./jobs.js"
import { ignoringMissing, names, type QuietOptions, stats } from "./names.js"
import { type Backend, type Job, perform, promised, runUnconverted, settling } from "./perform.js"
import { mkdtempDisposable } from "./temporary.js"
import type { PathLike } from "./texts.js"
import { watch } from "./watch.js"

interface Abortable {
  readonly signal?: AbortSignal | undefined
}

const signalOf = (options: unknown): AbortSignal | undefined =>
  typeof options === "object" ? (options as Abortable | null)?.signal : undefined // `run` checks that it is one

/** @internal */
export const promisesOf = <F>(backend: Backend<F>): Promises => {
  const { fileSystem: fs } = backend
  const all = names(backend, fs)
  /** Makes a function with options that can have a signal from one that makes a call. */
  const abortable =
    <A>(run: (path: PathLike, options?: QuietOptions) => Now<A>) =>
    (path: PathLike, options?: QuietOptions & Abortable): Promise<A> => {
      const begin = () => {
        checkSignal(options?.signal)
        return run(path, options)
      }
      return settling(backend, begin, options?.signal)
    }
  const stat = abortable(all.stat)
  const quietStat = abortable(stats(backend, fs, runUnconverted).stat)
  /** Makes a function from one that describes a job. The last argument can have a signal. */
  const made =
    <Args extends ReadonlyArray<unknown>, A>(describe: (fs: jobs.Files, ...args: Args) => Job<A>) =>
    (...args: Args): Promise<A> => perform(backend, () => describe(fs, ...args), signalOf(args.at(-1)))

  const rm = made(jobs.rm)

  const functions = {
    constants,
    access: promised(backend, all.access),
    appendFile: writeFile(backend, "appendFile", "a"),
    chmod: promised(backend, all.chmod),
    chown: promised(backend, all.chown),
    copyFile: made(jobs.copyFile),
    cp: made(jobs.cp),
    lchown: promised(backend, all.lchown),
    link: promised(backend, all.link),
    lstat: abortable(all.lstat),
    lutimes: promised(backend, all.lutimes),
    mkdir: promised(backend, all.mkdir),
    mkdtemp: promised(backend, all.mkdtemp),
    mkdtempDisposable: mkdtempDisposable({ mkdtemp: promised(backend, all.makeTemporary), rm }),
    open: promised(
      backend,
      (path: string | Uint8Array | URL, flags?: string | number, mode?: number | string) =>
        openFile(backend, path, flags, mode)
    ),
    opendir: opendir(backend),
    readFile: readFile(backend),
    readdir: made(jobs.readdir),
    readlink: promised(backend, all.readlink),
    realpath: promised(backend, all.realpath),
    rename: promised(backend, all.rename),
    rm,
    rmdir: promised(backend, all.rmdir),
    stat: (path: PathLike, options?: QuietOptions & Abortable) =>
      options?.throwIfNoEntry === false
        ? quietStat(path, options).catch(ignoringMissing(backend, "stat", path))
        : stat(path, options),
    statfs: promised(backend, all.statfs),
    symlink: promised(backend, all.symlink),
    truncate: made(jobs.truncate),
    unlink: promised(backend, all.unlink),
    utimes: promised(backend, all.utimes),
    watch: watch(backend),
    writeFile: writeFile(backend, "writeFile", "w")
  }
  return functions as unknown as Promises // for Node's overloads, where an option decides the type of the result
}
