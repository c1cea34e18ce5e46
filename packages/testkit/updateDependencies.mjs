// `npm run update`: updates each dependency to the newest version with the same major version, in every `package.json`
// and in the catalogs of `pnpm-workspace.yaml`. It keeps the ranges of what users install: they say what was tested.
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { repository } from "./packages/pack.mjs"
import { answerOf } from "./packages/runtimes.mjs"

const directories = readdirSync(`${repository}packages`).map((name) => `packages/${name}/package.json`)

/** `"name": "1.2.3"` in JSON, `name: 1.2.3` in YAML, `npm:name@1.2.3` in either. */
const inJson = /"(?<name>[@\w/.-]+)": "(?<version>\d+\.\d+\.\d+)"/g
const inYaml = /^ +"?(?<name>[@\w/.-]+)"?: (?:npm:(?<other>[@\w/.-]+)@)?(?<version>\^?\d+\.\d+\.\d+)$/gm

const newest = new Map()
const newestOf = async (name, version) => {
  const exact = version.replace("^", "")
  const range = `>=${exact} <${Number(exact.split(".", 1)) + 1}`
  const key = `${name}@${range}`
  if (!newest.has(key)) {
    const versions = JSON.parse(await answerOf(repository, "npm", "view", key, "version", "--json"))
    newest.set(key, Array.isArray(versions) ? versions.toSorted(byNumber).at(-1) : versions)
  }
  return version.replace(exact, newest.get(key))
}

const byNumber = (a, b) => a.localeCompare(b, "en", { numeric: true })

const update = async (file, pattern) => {
  const before = readFileSync(repository + file, "utf8")
  let text = before
  for (const { 0: found, groups: { name, other, version } } of before.matchAll(pattern)) {
    if (name === "version") continue // the package's own
    const latest = await newestOf(other ?? name, version)
    if (latest === version) continue
    console.log(`${file}: ${name} ${version} → ${latest}`)
    text = text.replaceAll(found, found.replace(version, latest))
  }
  writeFileSync(repository + file, text)
}

await update("pnpm-workspace.yaml", inYaml)
for (const file of ["package.json", ...directories]) await update(file, inJson)
console.log("All other dependencies are up to date. Now run \"npm test\", and update docs/dependencies.md.")
