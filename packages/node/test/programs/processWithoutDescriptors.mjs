// Asks for the path of the root of a process that exists, and why the root cannot be opened, while no descriptor is
// free and afterwards. Prints the answers.
import { ProcessRoot } from "@procfsroot/node"
import { closeSync } from "node:fs"
import { takeDescriptors } from "./descriptors.mjs"

const { ppid } = process
const why = (code) => ProcessRoot.whyUnavailable(ppid, { code, reason: undefined }) ?? "unknown"

const held = takeDescriptors()
const without = { path: ProcessRoot.find(ppid), EACCES: why("EACCES"), ENOENT: why("ENOENT") }
for (const fd of held) closeSync(fd)
const after = { path: ProcessRoot.find(ppid), EACCES: why("EACCES"), ENOENT: why("ENOENT") }
console.log(JSON.stringify({ without, after, path: ProcessRoot.path(ppid) }))
