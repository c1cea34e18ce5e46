// Closes files that threads have opened, when there is no thread any more and no descriptor is free to start one.
// Prints the descriptors in use at the end that were not in use before.
import { closeSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import * as Program from "@procfsroot/vfs/Program"
import { open } from "../../dist/internal/root.js"
import { make } from "../../dist/internal/thread/remote.js"
import { withThread } from "../../dist/internal/thread/threads.js"
import { openFiles, takeDescriptors } from "./descriptors.mjs"

const directory = mkdtempSync(join(tmpdir(), "procfsroot-"))
writeFileSync(join(directory, "file"), "")
const fileSystem = make(open(directory))
const opened = (flag) => Program.runPromise(Program.sync(() => fileSystem.open("/file", flag, 0o666)))
const read = await opened("r")
const written = await opened("w")
await Program.runPromise(written.write(Buffer.from("text")))

const before = openFiles("/file").length
await new Promise((use, failed) => withThread({ isSlow: () => false, use, failed })).then((thread) => thread.end())
await sleep(200)
const taken = takeDescriptors()
const closed = await Promise.allSettled([read, written].map((file) => Program.runPromise(file.close())))
await sleep(200)
for (const fd of taken) closeSync(fd)
console.log(JSON.stringify({ before, closed: closed.map(({ status }) => status), left: openFiles("/file").length }))
rmSync(directory, { recursive: true })
process.exit(0)
