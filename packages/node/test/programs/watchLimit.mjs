// Runs in its own user namespace: `node watchLimit.mjs <directory>`. Allows no watches there, and prints the messages of
// `node:fs` and of roots, with the same path.
import { openRoot } from "@procfsroot/node"
import { writeFileSync } from "node:fs"
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
const found = [await messageOf(fs.watch, directory)]
for (const native of ["auto", "none"]) {
  const root = await openRoot(directory, { native })
  for (const recursive of [false, true]) {
    found.push(await messageOf((path) => root.promises.watch(path, { recursive }), "/"))
  }
  await root.close()
}
process.stdout.write(JSON.stringify(found))
