/**
 * Descriptors in a Worker. When a thread ends, Node closes those that it remembers. If one was closed without Node, its
 * number may belong to another file by then.
 */
import { temporary } from "@procfsroot/testkit/temporary"
import { once } from "node:events"
import { closeSync, fstatSync, mkdirSync, openSync, writeFileSync } from "node:fs"
import { Worker } from "node:worker_threads"
import { expect, it } from "vitest"

const program = new URL("programs/usesDescriptors.mjs", import.meta.url)

const inodeOf = (fd: number): number | undefined => {
  try {
    return fstatSync(fd).ino
  } catch {
    return undefined // it was closed
  }
}

it.each(["a root that a thread opens", "a file that a thread opens", "a name that is not UTF-8"])(
  "nothing but its own descriptors is closed by a Worker and its threads when they end: %s",
  async (way) => {
    using directory = temporary()
    writeFileSync(`${directory.path}/f`, "")
    mkdirSync(Buffer.from(`${directory.path}/\u00ff`, "latin1"))
    const worker = new Worker(program, { workerData: { directory: directory.path, way } })
    expect(await once(worker, "message")).toEqual([true])
    // They get the numbers that are free now.
    const files = Array.from({ length: 40 }, () => openSync(`${directory.path}/f`, "r"))
    const inodes = new Set(files.map(inodeOf))
    const exit = once(worker, "exit")
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a Worker has no origin
    worker.postMessage("end")
    await exit
    const lost = files.filter((fd) => !inodes.has(inodeOf(fd)))
    for (const fd of files) if (!lost.includes(fd)) closeSync(fd)
    expect(lost).toEqual([])
  }
)
