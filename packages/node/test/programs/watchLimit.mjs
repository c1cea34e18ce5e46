// Runs in its own user namespace: `node watchLimit.mjs <directory>`. Allows no watches there, and prints the messages of
// `node:fs` and of roots, with the same path, and how many descriptors are left open.
import { openRoot } from "@procfsroot/node"
import { readdirSync, writeFileSync } from "node:fs"
import * as fs from "node:fs/promises"

const [, , directory = ""] = process.argv

const messageOf = async (watch, path) => {
  try {
    await watch(path)[Symbol.asyncIterator]().next()
    return "watched"
  } catch ({ message }) {
    return message.replaceAll(path, "/")
  }
}

writeFileSync("/proc/sys/user/max_inotify_watches", "0")
const openFiles = () => readdirSync("/proc/self/fd").length

const messages = [await messageOf(fs.watch, directory)]
const before = openFiles()
for (const native of ["auto", "none"]) {
  const root = await openRoot(directory, { native })
  for (const recursive of [false, true]) {
    messages.push(await messageOf((path) => root.promises.watch(path, { recursive }), "/"))
  }
  await root.close()
}
const left = openFiles() - before
process.stdout.write(JSON.stringify({ messages, left }))
