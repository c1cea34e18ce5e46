/** `npm run check:prose`: reports phrases that are hard to read, in every document, source and test. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { extname } from "node:path"
import { fileURLToPath } from "node:url"
import { lint } from "./lint.js"

const repository = fileURLToPath(new URL("../../../../", import.meta.url))

const filesIn = (directory: string, recursive: boolean): ReadonlyArray<string> =>
  !existsSync(repository + directory) ? [] : readdirSync(repository + directory, { recursive, encoding: "utf8" })
    .filter((name) => /\.(md|ts|mjs)$/.test(name))
    .map((name) => directory + name)

const files = [
  ...filesIn("", false),
  ...filesIn("docs/", true),
  ...filesIn(".github/", true),
  ...readdirSync(`${repository}packages`).flatMap((name) => [
    ...filesIn(`packages/${name}/`, false),
    ...filesIn(`packages/${name}/src/`, true),
    ...filesIn(`packages/${name}/test/`, true)
  ])
]
  // These contain the phrases on purpose.
  .filter((file) => !/prose\/phrases\.ts$|prose\.test\.ts$/.test(file))

let found = 0
for (const file of files) {
  for (const { column, line, message } of await lint(readFileSync(repository + file, "utf8"), extname(file))) {
    found++
    console.error(`${file}:${line}:${column}: ${message}`)
  }
}
console.log(found === 0 ? `No phrases to replace in ${files.length} files.` : `${found} phrases to replace.`)
if (found > 0) process.exitCode = 1
