/**
 * Runs as a Worker: opens and closes descriptors, and reports whether the files that it has open are still the same
 * after all its threads have ended. Ends when it receives a message.
 */
import { makeOffThread } from "@procfsroot/node/FileSystem"
import { openRoot } from "@procfsroot/node/OpenRoot"
import { open } from "@procfsroot/node/Root"
import { Program } from "@procfsroot/vfs"
import { openSync, statSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { parentPort, workerData } from "node:worker_threads"
import { withThread } from "../../dist/internal/thread/threads.js"

/** Ends a thread that is idle, as happens after a while, and uses the numbers that become free. */
const endThread = async () => {
  await new Promise((use, failed) => withThread({ isSlow: () => false, use, failed })).then((thread) => thread.end())
  await sleep(200)
  for (let i = 0; i < 8; i++) openSync("/", "r")
}

const ways = {
  "a root that a thread opens": async (directory) => {
    const options = { offMainThread: true }
    const root = await openRoot(directory, options)
    for (let i = 0; i < 8; i++) await (await openRoot(directory, options)).close()
    await endThread()
    return (await root.promises.readdir("/")).includes("f")
  },
  "a file that a thread opens": async (directory) => {
    const files = makeOffThread(open(directory))
    const file = await Program.runPromise(Program.sync(() => files.open("/f", "r", 0o666)))
    await endThread()
    const { ino } = await Program.runPromise(file.stat())
    return ino === statSync(`${directory}/f`).ino
  },
  "a name that is not UTF-8": async (directory) => {
    const root = await openRoot(directory)
    await root.promises.cp("/\udcff", "/\udcff2", { recursive: true })
    await root.promises.rm("/\udcff2", { recursive: true })
    return true
  }
}

const isSame = await ways[workerData.way](workerData.directory).catch((error) => error)
parentPort.once("message", () => parentPort.close())
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a Worker has no origin
parentPort.postMessage(isSame)
