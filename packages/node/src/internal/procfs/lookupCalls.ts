/** The system calls of a lookup, made with `node:fs`. */
import { closeSync, lstatSync, openSync, readlinkSync, statfsSync, type StatSyncOptions } from "node:fs"
import { O_DIRECTORY, O_NOFOLLOW, O_PATH, PROC_SUPER_MAGIC } from "../constants.js"
import { mountOf } from "./mount.js"
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

const mountAt = (path: string): bigint => {
  const fd = openSync(toNode(path), itself)
  try {
    return mountOf(fd)
  } finally {
    closeSync(fd)
  }
}

const directory = O_PATH | O_DIRECTORY | O_NOFOLLOW

/** @internal */
export const openDirectory = (path: string): number => openSync(toNode(path), directory)

/** @internal */
export const fsCalls: Calls = {
  lstat: (path) => lstatSync(toNode(path), quiet),
  readlink,
  isProcfs: (path) => statfsSync(toNode(path)).type === PROC_SUPER_MAGIC,
  mountAt,
  openDirectory
}
