// `npm run release:version`: after changesets has set the versions, writes the version into the
// command, which prints it.
import { readFileSync, writeFileSync } from "node:fs"
import { repository } from "../packages/pack.mjs"
import { publishedPackages } from "./published.mjs"

const [{ manifest: { version } }] = publishedPackages()
const file = `${repository}packages/cli/src/bin.ts`
const text = readFileSync(file, "utf8")
const changed = text.replace(/^const version = ".*"$/m, `const version = "${version}"`)
if (!changed.includes(`const version = "${version}"`)) throw new Error(`${file} has no version`)
writeFileSync(file, changed)
console.log(`All packages have version ${version}. Read and complete each CHANGELOG.md before you commit.`)
