/**
 * The oracle's process, `node oracleChild.cjs <root> [setuid <uid> <gid> | capset]`: it enters the root by `chroot(2)`, gives up what it
 * needed for that, and lets Node's own file system perform plans there until its parent is gone.
 *
 * It is a script that loads at once what it needs: an ordinary user has its capabilities from a namespace, they belong to
 * a thread, and a module that is read in the thread pool would start the pool while this thread still has them.
 */
import koffi from "koffi"
import * as Fs from "node:fs"
import { corrected } from "../contract/corrected.js"
import type { PlainFile } from "../edition.js"
import { nodeFileSystem } from "../effect3/node.js"
import type { Operation } from "./model.js"
import { serve } from "./serve.js"

const libc = koffi.load(null)
const chroot = libc.func("int chroot(const char *path)")
const capset = libc.func("int capset(const void *header, const void *data)")

/** `_LINUX_CAPABILITY_VERSION_3` of `include/uapi/linux/capability.h`. */
const VERSION = 0x20080522

const check = (call: string, result: number) => {
  if (result !== 0) throw new Error(`${call} failed, errno ${koffi.errno()}`)
}

const isFifo = (path: string): boolean => {
  try {
    return Fs.statSync(path).isFIFO()
  } catch {
    return false
  }
}

/** Nobody writes into a fifo, so a read from one waits for ever. */
const waits = async (operation: Operation, slots: ReadonlyMap<number, PlainFile>): Promise<boolean> => {
  switch (operation.method) {
    case "readFile":
    case "readFileString":
    case "stream":
    case "copyFile":
      return isFifo(operation.args[0])
    case "file": {
      const [slot, does] = operation.args
      return (does === "read" || does === "readAlloc") && (await slots.get(slot)?.stat())?.type === "FIFO"
    }
    default:
      return false
  }
}

const [root = "", giveUp, uid, gid] = process.argv.slice(2)
process.chdir(root)
check("chroot", chroot("."))
process.chdir("/")
if (giveUp === "setuid") {
  process.setgroups?.([])
  process.setgid?.(Number(gid))
  process.setuid?.(Number(uid))
} else if (giveUp === "capset") {
  const header = Buffer.alloc(8)
  header.writeUInt32LE(VERSION)
  check("capset", capset(header, Buffer.alloc(24)))
}

// What it is made of has been loaded, and is built when the first plan comes.
serve({ open: async () => ({ fs: corrected(await nodeFileSystem()), close: async () => {} }), waits })
