/** The synchronous functions of `node:fs`, over those of an open root. */
import { waiting } from "@procfsroot/vfs/FileSystem"
import type { Sync } from "../../Promises.js"
import { constants } from "./constants.js"
import { readFileSync, writeFileSync } from "./contentSync.js"
import { opendirSync } from "./directories.js"
import { openFileSync } from "./fileSync.js"
import * as jobs from "./jobs.js"
import { names } from "./names.js"
import { type Backend, type Job, performSync, valuesOf } from "./perform.js"
import type { StatOptions } from "./stats.js"

interface QuietOptions extends StatOptions {
  readonly throwIfNoEntry?: boolean | undefined
}

/** With `throwIfNoEntry: false`, a missing file is `undefined`. */
const quietly = <A>(options: QuietOptions | undefined, stat: () => A): A | undefined => {
  try {
    return stat()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException // an error of Node's
    if (options?.throwIfNoEntry === false && (code === "ENOENT" || code === "ENOTDIR")) return undefined
    throw error
  }
}

/** @internal */
export const syncOf = <F>(backend: Backend<F>): Sync => {
  const all = valuesOf(names(backend, waiting(backend.syncFileSystem)))
  const { syncFileSystem: fs } = backend
  /** Makes a synchronous function from one that describes a job. */
  const made =
    <Args extends ReadonlyArray<unknown>, A>(describe: (fs: jobs.Files, ...args: Args) => Job<A>) =>
    (...args: Args): A => performSync(backend, describe(fs, ...args))

  const functions = {
    constants,
    accessSync: all.access,
    appendFileSync: writeFileSync(backend, "appendFile", "a"),
    chmodSync: all.chmod,
    chownSync: all.chown,
    copyFileSync: made(jobs.copyFile),
    cpSync: made(jobs.cp),
    existsSync: (path: string) => {
      try {
        all.access(path)
        return true
      } catch (error) {
        // All failures have a code, but not the defect of a fault, nor that it hangs.
        if (!Object.hasOwn(Object(error), "code")) throw error
        return false
      }
    },
    lchownSync: all.lchown,
    linkSync: all.link,
    lstatSync: (path: string, options?: QuietOptions) => quietly(options, () => all.lstat(path, options)),
    lutimesSync: all.lutimes,
    mkdirSync: all.mkdir,
    mkdtempSync: all.mkdtemp,
    openSync: (path: string, flags?: string | number | null, mode?: number | string | null) =>
      openFileSync(backend, path, flags, mode).fd,
    opendirSync: opendirSync(backend, fs),
    readFileSync: readFileSync(backend),
    readdirSync: made(jobs.readdir),
    readlinkSync: all.readlink,
    realpathSync: Object.assign(all.realpath, { native: all.realpath }),
    renameSync: all.rename,
    rmSync: made(jobs.rm),
    rmdirSync: all.rmdir,
    statSync: (path: string, options?: QuietOptions) => quietly(options, () => all.stat(path, options)),
    statfsSync: all.statfs,
    symlinkSync: all.symlink,
    truncateSync: made(jobs.truncate),
    unlinkSync: all.unlink,
    utimesSync: all.utimes,
    writeFileSync: writeFileSync(backend, "writeFile", "w")
  }
  return functions as unknown as Sync // for Node's overloads, where an option decides the type of the result
}
