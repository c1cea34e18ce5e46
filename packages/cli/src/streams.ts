/** Standard input and output as streams. */
import { close, createReadStream, createWriteStream, fstatSync, type Stats } from "node:fs"
import type { Readable, Writable } from "node:stream"
import { readAgain } from "./readAgain.js"

/**
 * Whether Node's stream for a descriptor works. From a directory or a block device Node reads nothing, and what is
 * written to it is lost, both without an error.
 */
const isStreamOfNode = (stat: Stats): boolean => !stat.isBlockDevice() && !stat.isDirectory()

/** A file is read in parts of `highWaterMark` bytes. */
export const openInput = (highWaterMark: number): Readable => {
  const stat = fstatSync(0)
  return isStreamOfNode(stat) && !stat.isFile()
    ? process.stdin
    : createReadStream("", { fd: 0, autoClose: false, highWaterMark, fs: { close, read: readAgain } })
}

/** Whether a program writes to standard input, and would fail if nobody read it to its end. */
export const isPiped = (): boolean => {
  const stat = fstatSync(0)
  return stat.isFIFO() || stat.isSocket()
}

let output: Writable | undefined

export const standardOutput = (): Writable =>
  output ??= isStreamOfNode(fstatSync(1)) ? process.stdout : createWriteStream("", { fd: 1, autoClose: false })
