/**
 * The process of the oracle, `node oracleChild.cjs <root> [setuid <uid> <gid> | capset]`. It enters the root
 * with `chroot(2)`, drops the privileges that it needed for that, and performs plans there with Node's own file
 * system until its parent exits.
 *
 * It is a script, which loads its modules synchronously. An ordinary user gets capabilities from the namespace, and
 * these belong to a thread. Loading a module in the thread pool would start the pool while this thread still has them.
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

/** Whether an operation would wait for ever: nothing writes to a fifo, so a read from it does not end. */
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

// The file system is created with the first plan. Its modules are already loaded.
serve({ open: async () => ({ fs: corrected(await nodeFileSystem()), close: async () => {} }), waits })
