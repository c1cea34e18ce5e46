// `npm run release:version`: after changesets has set the versions, writes the version into the
// files that contain it.
import { readFileSync, writeFileSync } from "node:fs"
import { repository } from "../packages/pack.mjs"
import { publishedPackages, versionFiles } from "./published.mjs"

const [{ manifest: { version } }] = publishedPackages()
for (const { line, path } of versionFiles) {
  const file = `${repository}${path}`
  const text = readFileSync(file, "utf8")
  const changed = text.replace(new RegExp(`^${line(".*")}$`, "m"), line(version))
  if (!changed.includes(line(version))) throw new Error(`${file} has no version`)
  writeFileSync(file, changed)
}
console.log(`All packages have version ${version}. Read and complete each CHANGELOG.md before you commit.`)
