// Opens a root in a thread in a working directory that has been removed. Prints the error.
import { mkdtempSync, rmdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { openRoot } from "../../dist/index.js"

const directory = mkdtempSync(`${tmpdir()}/procfsroot-`)
process.chdir(directory)
rmdirSync(directory)
const result = await openRoot("/", { offMainThread: true }).then(() => "fulfilled", ({ message }) => message)
console.log(JSON.stringify(result))
