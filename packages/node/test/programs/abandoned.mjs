// Prints whether the temporary files of process N count as abandoned: `node abandoned.mjs N START [all]`. With `all`, no
// descriptor is free meanwhile. `node abandoned.mjs NAME` prints whether the file with this name does.
import { closeSync } from "node:fs"
import { writer } from "../../dist/internal/fileSystem/writer.js"
import { takeDescriptors } from "./descriptors.mjs"

const [pid, start, all] = process.argv.slice(2)
const [, place] = /-(\d+\.\d+-[0-9a-f]+)-[0-9a-f]+$/.exec(writer.begin())
const held = all === undefined ? [] : takeDescriptors()
const name = start === undefined ? pid : `.procfsroot-${pid}-${start}-${place}-0123456789ab0123456789ab`
const isAbandoned = writer.isAbandoned(name, () => 0)
for (const fd of held) closeSync(fd)
console.log(isAbandoned)
