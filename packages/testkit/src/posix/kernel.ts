/** Runs the cases with the kernel: the process becomes each user in turn, in a real root. */
import * as Fs from "node:fs"
import { as, enterRoot, leaveRoot } from "../chroot.js"
import { fill, parent } from "../contract/disk.js"
import type { FileSpec } from "../contract/model.js"
import { makeSpecial } from "../special.js"
import { special, type State, type Step, type Subject } from "./model.js"

const using = (path: string, flag: string, mode: number, use: (fd: number) => void = () => {}): void => {
  const fd = Fs.openSync(path, flag, mode)
  try {
    use(fd)
  } finally {
    Fs.closeSync(fd)
  }
}

const perform = ({ call }: Step): void => {
  switch (call[0]) {
    case "chmod":
      return Fs.chmodSync(call[1], call[2])
    case "chown":
      return Fs.chownSync(call[1], call[2], call[3])
    case "lchown":
      return Fs.lchownSync(call[1], call[2], call[3])
    case "link":
      return Fs.linkSync(call[1], call[2])
    case "rename":
      return Fs.renameSync(call[1], call[2])
    case "mkdir":
      return void Fs.mkdirSync(call[1], call[2])
    case "mkfifo":
    case "mksocket":
    case "mkchar":
    case "mkblock":
      return makeSpecial(call[1], special[call[0]].type, call[2])
    case "open":
      return using(call[1], call[2], call[3])
    case "rmdir":
      return Fs.rmdirSync(call[1])
    case "unlink":
      return Fs.unlinkSync(call[1])
    case "symlink":
      return Fs.symlinkSync(call[1], call[2])
    case "truncate":
      return Fs.truncateSync(call[1], call[2])
    case "utimes":
      return Fs.utimesSync(call[1], call[2], call[3])
    case "lutimes":
      return Fs.lutimesSync(call[1], call[2], call[3])
    case "write":
      return using(call[1], "r+", 0, (fd) => void Fs.writeSync(fd, call[2]))
  }
}

/** The result of `stat`, if the file exists. */
export const stateOf = (found: Fs.Stats | undefined): State | undefined =>
  found && {
    mode: found.mode,
    uid: found.uid,
    gid: found.gid,
    nlink: found.nlink,
    ino: found.ino,
    size: found.isDirectory() ? undefined : found.size,
    times: { atime: found.atimeMs, mtime: found.mtimeMs, ctime: found.ctimeMs }
  }

const lstat = (path: string): Fs.Stats | undefined => {
  try {
    return Fs.lstatSync(path)
  } catch {
    return undefined
  }
}

/** Creates the directory for the trees, which are created one after the other. */
export const place = (): string => {
  const path = Fs.mkdtempSync(`${parent}/procfsroot-posix-`)
  Fs.chmodSync(path, 0o755)
  return path
}

const TICK = 12

const tick = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TICK)

/**
 * Advances the time that the kernel gives to files. Since Linux 6.13, the time advances if a file is changed again
 * after its time was read. Before, it only advances with the next tick of the clock.
 */
export const clockIn = (directory: string): { readonly goOn: () => void; readonly close: () => void } => {
  const fd = Fs.openSync(`${directory}/clock`, "w")
  const change = () => {
    Fs.fchmodSync(fd, 0o600)
    return Fs.fstatSync(fd).ctimeMs
  }
  const isFine = new Set(Array.from({ length: 5 }, change)).size === 5
  // Twice, since the first change can still get the time of a tick that other files also have.
  const goOn = () => void [change(), change()]
  return { goOn: isFine ? goOn : tick, close: () => Fs.closeSync(fd) }
}

/** Creates a tree in `directory`, which is the root of the process until it is disposed of. */
export const onDisk = (directory: string, tree: ReadonlyArray<FileSpec>): Subject => {
  const root = `${directory}/root`
  Fs.mkdirSync(root)
  Fs.chmodSync(root, 0o755)
  const pipes = fill(root, "\0", tree)
  enterRoot(root)
  return {
    perform: (step) => as(step.as, () => perform(step)),
    state: (path) => stateOf(lstat(path)),
    dispose: () => {
      leaveRoot()
      for (const pipe of pipes) Fs.closeSync(pipe)
      Fs.rmSync(root, { recursive: true })
    }
  }
}
