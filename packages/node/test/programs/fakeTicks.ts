/**
 * Replaces `process.nextTick` and `queueMicrotask` after it has loaded the package, as a test can. Prints what the
 * streams of a root then return. Vitest would not survive this in its own process, in which it assigns `nextTick`.
 */
import * as Fs from "@procfsroot/node/Fs"
import { openRoot } from "@procfsroot/node/OpenRoot"
import { mkdtempSync, type ReadStream, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const directory = mkdtempSync(join(tmpdir(), "procfsroot-"))
writeFileSync(join(directory, "f"), "content")
await using root = await openRoot(directory)
const fs = Fs.make(root)
const forget = () => {}
// As in Jest, where the sandbox has a copy of `process`. Node's own streams use the real one.
const copy = Object.create(process, { nextTick: { value: forget } })
Object.assign(globalThis, { queueMicrotask: forget, process: copy })

const stream = fs.createReadStream("/f") as ReadStream // an fs.ReadStream, as its docs say
console.log(String(await stream.toArray()))
const entries = await root.promises.opendir("/")
const entry = await new Promise<{ readonly name: string } | null>((resolve, reject) =>
  entries.read((error, entry) => error === null ? resolve(entry) : reject(error))
)
console.log(entry?.name)
await new Promise<void>((resolve, reject) => entries.close((error) => error == null ? resolve() : reject(error)))
console.log("closed")
rmSync(directory, { recursive: true })
