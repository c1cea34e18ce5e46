// Replaces the file `file` in a root: `node writeFileAtomic.mjs ROOT kernel|walk LENGTH [N]`. Kills itself before
// system call number N (the first is 0), or prints how many calls it has made.
import { make } from "@procfsroot/node/FileSystem"
import { bindFor } from "@procfsroot/node/Native"
import { open } from "@procfsroot/node/Root"
import * as Program from "@procfsroot/vfs/Program"
import fs from "node:fs"
import { createRequire, syncBuiltinESMExports } from "node:module"

const [root, strategy, length, killAt] = process.argv.slice(2)

let isBegun = false
let made = 0

const counting = (call) => (...args) => {
  if (isBegun && made++ === Number(killAt)) process.kill(process.pid, "SIGKILL")
  return call(...args)
}

for (
  const name of [
    "openSync",
    "readdirSync",
    "write",
    "writeSync",
    "fsync",
    "close",
    "closeSync",
    "renameSync",
    "unlinkSync"
  ]
) {
  fs[name] = counting(fs[name])
}
syncBuiltinESMExports()

const require = createRequire(import.meta.resolve("@procfsroot/node/Root"))
const koffi = require(`@koromix/koffi-linux-${process.arch}`)
const { load } = koffi
koffi.load = (path) => {
  const library = load(path)
  return { func: (prototype) => Object.assign(counting(library.func(prototype)), { async: () => {} }) }
}

const handle = open(root, { bind: bindFor(strategy) })
const { rootDirectory } = make(handle)
const data = new TextEncoder().encode("new ".repeat(40_000)).subarray(0, Number(length))
isBegun = true
await Program.runPromise(rootDirectory.writeFileAtomic("/file", data))
isBegun = false
console.log(made)
