/** The synchronous functions of `node:fs`, over those of an open root. */
import { waiting } from "@procfsroot/vfs/FileSystem"
import { valueOf } from "@procfsroot/vfs/Program"
import type { Sync } from "../../Promises.js"
import { constants } from "./constants.js"
import { readFileSync, writeFileSync } from "./contentSync.js"
import { descriptors, descriptorsOf } from "./descriptors.js"
import { opendirSync } from "./directories.js"
import { openFileSync } from "./fileSync.js"
import * as jobs from "./jobs.js"
import { ignoringMissing, names, type QuietOptions, stats } from "./names.js"
import { type Backend, type Job, performSync, runUnconverted, valuesOf } from "./perform.js"
import { mkdtempDisposableSync } from "./temporary.js"
import { type PathLike, pathOf } from "./texts.js"

/** @internal */
export const syncOf = <F>(backend: Backend<F>): Sync => {
  const { syncFileSystem: fs } = backend
  const all = valuesOf(backend, names(backend, waiting(fs)))
  const quiet = valuesOf(backend, stats(backend, waiting(fs), runUnconverted))
  /** With `throwIfNoEntry: false`, a missing file is `undefined`. */
  const quietly = (method: "lstat" | "stat") => (path: PathLike, options?: QuietOptions) => {
    if (options?.throwIfNoEntry !== false) return all[method](path, options)
    try {
      return quiet[method](path, options)
    } catch (thrown) {
      return ignoringMissing(backend, method, path)(thrown)
    }
  }
  /** Makes a synchronous function from one that describes a job. */
  const made =
    <Args extends ReadonlyArray<unknown>, A>(describe: (fs: jobs.Files, ...args: Args) => Job<A>) =>
    (...args: Args): A => performSync(backend, describe(fs, ...args))

  const rm = made(jobs.rm)

  const functions = {
    constants,
    accessSync: all.access,
    appendFileSync: writeFileSync(backend, "appendFile", "a"),
    chmodSync: all.chmod,
    chownSync: all.chown,
    copyFileSync: made(jobs.copyFile),
    cpSync: made(jobs.cp),
    existsSync: (path: PathLike) => {
      try {
        const text = pathOf(path)
        return valueOf(runUnconverted(backend, "access", "access", [text], () => fs.exists(text)))
      } catch (thrown) {
        // All failures have a code, but not the defect of a fault, nor that it hangs.
        if (!Object.hasOwn(Object(thrown), "code")) throw thrown
        return false
      }
    },
    lchownSync: all.lchown,
    linkSync: all.link,
    lstatSync: quietly("lstat"),
    lutimesSync: all.lutimes,
    mkdirSync: all.mkdir,
    mkdtempSync: all.mkdtemp,
    mkdtempDisposableSync: mkdtempDisposableSync({ mkdtemp: all.makeTemporary, rm }),
    openSync: (path: string, flags?: string | number | null, mode?: number | string | null) =>
      openFileSync(backend, path, flags, mode).fd,
    opendirSync: opendirSync(backend, fs),
    readFileSync: readFileSync(backend),
    readdirSync: made(jobs.readdir),
    readlinkSync: all.readlink,
    realpathSync: Object.assign(all.realpath, { native: all.realpath }),
    renameSync: all.rename,
    rmSync: rm,
    rmdirSync: all.rmdir,
    statSync: quietly("stat"),
    statfsSync: all.statfs,
    symlinkSync: all.symlink,
    truncateSync: made(jobs.truncate),
    unlinkSync: all.unlink,
    utimesSync: all.utimes,
    writeFileSync: writeFileSync(backend, "writeFile", "w"),
    ...(backend.closeNow === undefined ? { [descriptors]: descriptorsOf(backend) } : {})
  }
  return functions as unknown as Sync // for Node's overloads, where an option decides the type of the result
}
