/** The system calls of a lookup, made with `node:fs`. */
import { closeSync, lstatSync, openSync, readlinkSync, statfsSync, type StatSyncOptions } from "node:fs"
import { descriptorPath, FUSE_SUPER_MAGIC, O_DIRECTORY, O_NOFOLLOW, O_PATH, PROC_SUPER_MAGIC } from "../constants.js"
import { errnoError } from "../errnoError.js"
import { forbidsLinks, mountOf } from "./mount.js"
import type { Calls } from "../walk/lookup.js"
import { fromNode, toNode } from "../pathBytes.js"

/** Missing names are common, and a call for one costs only a sixth without an exception. */
const quiet = { throwIfNoEntry: false } as const satisfies StatSyncOptions

/** @internal */
export const readlink = (path: string): string => {
  const name = toNode(path)
  return fromNode(readlinkSync(name), () => readlinkSync(name, "buffer"))
}

const itself = O_PATH | O_NOFOLLOW

/**
 * Opens what is at `path`, which can be a link, and closes it after `use`.
 *
 * @internal
 */
export const withFile = <A>(path: string, use: (fd: number) => A): A => {
  const fd = openSync(toNode(path), itself)
  try {
    return use(fd)
  } finally {
    closeSync(fd)
  }
}

/**
 * Whether `path`, in which links are followed, leads to procfs.
 *
 * @internal
 */
export const isProcfs = (path: string): boolean => statfsSync(path).type === PROC_SUPER_MAGIC

const mountAt = (path: string): bigint => withFile(path, mountOf)

const directory = O_PATH | O_DIRECTORY | O_NOFOLLOW

/** @internal */
export const openDirectory = (path: string): number => openSync(toNode(path), directory)

/** How much of a path that is too long is looked up. Each of these characters has at most three bytes. */
const LONG = 1_300

/**
 * Fails for a name that is too long for a path through a descriptor. The kernel, if it got the name alone, would fail
 * as it does for the beginning of the name, which is longer than the names of most file systems, too. But since Linux
 * 6.14, a name in FUSE can be as long as a path (`FUSE_NAME_MAX` in `fs/fuse/fuse_i.h`), so there can be a file with
 * the whole name even if the beginning is missing.
 *
 * @internal
 */
export const refuseLong = (path: string): never => {
  const isFuse = statfsSync(path.slice(0, path.lastIndexOf("/"))).type === FUSE_SUPER_MAGIC
  lstatSync(toNode(path.slice(0, LONG)), isFuse ? quiet : {})
  throw errnoError("ENAMETOOLONG", "lstat")
}

/** @internal */
export const fsCalls: Calls = {
  lstat: (path) => lstatSync(toNode(path), quiet),
  readlink,
  isProcfs: (path) => withFile(path, (fd) => isProcfs(descriptorPath(fd))),
  forbidsLinks: (path) => forbidsLinks(() => mountAt(path)),
  mountAt,
  openDirectory
}
