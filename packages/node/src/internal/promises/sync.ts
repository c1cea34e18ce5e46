/** The synchronous functions of `node:fs`, over those of an open root. */
import { waiting } from "@procfsroot/vfs/FileSystem"
import type { Sync } from "../../Promises.js"
import { constants } from "./constants.js"
import { openFileSync } from "./fileSync.js"
import { names } from "./names.js"
import { type Backend, valuesOf } from "./perform.js"
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
  const functions = {
    constants,
    accessSync: all.access,
    chmodSync: all.chmod,
    chownSync: all.chown,
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
    readlinkSync: all.readlink,
    realpathSync: Object.assign(all.realpath, { native: all.realpath }),
    renameSync: all.rename,
    rmdirSync: all.rmdir,
    statSync: (path: string, options?: QuietOptions) => quietly(options, () => all.stat(path, options)),
    statfsSync: all.statfs,
    symlinkSync: all.symlink,
    unlinkSync: all.unlink,
    utimesSync: all.utimes
  }
  return functions as unknown as Sync // for Node's overloads, where an option decides the type of the result
}
