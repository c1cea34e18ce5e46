/**
 * `npm run test:breaks`: breaks ten rules, one after the other, and shows that `npm run test:quick` notices each. It
 * restores the source after each one. The sources must not have uncommitted changes.
 */
import { spawn, spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { breaks } from "./dist/breaks.js"

const place = (file) => new URL(`../${file}`, import.meta.url)

const changed = spawnSync("git", ["status", "--porcelain", "--", ...breaks.map(({ file }) => `packages/${file}`)], {
  encoding: "utf8"
})
if (changed.stdout !== "") throw new Error(`There are uncommitted changes:\n${changed.stdout}`)

/** Whether the tests pass, and which one failed first. */
const quick = () =>
  new Promise((resolve, reject) => {
    let output = ""
    const child = spawn("npm", ["run", "--silent", "vitest", "--", "--bail=1"], {
      env: { ...process.env, TESTS: "quick" },
      stdio: ["ignore", "pipe", "pipe"]
    })
    child.stdout.on("data", (data) => output += data)
    child.stderr.on("data", (data) => output += data)
    child.on("error", reject).on("close", (status) =>
      resolve({ passed: status === 0, failed: /^ {4}failed: (.*)$/m.exec(output)?.[1] }))
  })

const whole = await quick()
if (!whole.passed) throw new Error(`A test fails before anything is broken: ${whole.failed}`)

let unnoticed = 0
let restore = () => {}
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    restore()
    process.exit(1)
  })
}

for (const { file, from, to, what } of breaks) {
  const text = readFileSync(place(file), "utf8")
  restore = () => writeFileSync(place(file), text)
  const start = Date.now()
  try {
    writeFileSync(place(file), text.replace(from, () => to))
    const { failed, passed } = await quick()
    const seconds = Math.round((Date.now() - start) / 1_000)
    console.log(
      `${passed ? "✗ not noticed" : "✓ noticed"} in ${seconds} s: ${what}${failed ? `\n    by: ${failed}` : ""}`
    )
    if (passed) unnoticed++
  } finally {
    restore()
  }
}
console.log(
  unnoticed === 0 ? `All ${breaks.length} were noticed.` : `${unnoticed} of ${breaks.length} were not noticed.`
)
process.exit(unnoticed === 0 ? 0 : 1)
