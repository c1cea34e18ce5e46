/**
 * `npm run test:breaks`: breaks ten rules, one after the other, and shows that `npm run test:quick` notices each. It
 * restores the source after each one. The sources must not have uncommitted changes.
 */
import { spawn, spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"

const breaks = [
  {
    what: "the kernel can leave the root (no RESOLVE_IN_ROOT)",
    file: "node/src/internal/openat2/kernelRoot.ts",
    from: "Resolve.inRoot : Resolve.beneath",
    to: "0 : Resolve.beneath"
  },
  {
    what: "the arguments of renameat are swapped",
    file: "node/src/internal/native/systemCalls.ts",
    from: "renameat(old, nameOf(from), next, nameOf(to))",
    to: "renameat(next, nameOf(to), old, nameOf(from))"
  },
  {
    what: "a directory that was found is not closed",
    file: "node/src/internal/fileSystem/foundFiles.ts",
    from: "this.#closeDescriptor(this.descriptor)\n",
    to: "\n"
  },
  {
    what: "an absolute link starts in its own directory",
    file: "path/src/internal/walk.ts",
    from: "      this.place = this.setting.root\n",
    to: ""
  },
  {
    what: "a loop of links is not detected",
    file: "path/src/internal/walk.ts",
    from: "if (cycle !== undefined) return",
    to: "if (cycle === []) return"
  },
  {
    what: "a slash after a file is ignored",
    file: "path/src/internal/walk.ts",
    from: `return this.kind === "Directory" ? undefined : this.notADirectory()`,
    to: "return undefined"
  },
  {
    what: "a new file replaces an existing one (no O_EXCL)",
    file: "node/src/internal/fileSystem/inodeOperations.ts",
    from: "numberOf(flags) | O_CREAT | O_EXCL | O_NOFOLLOW",
    to: "numberOf(flags) | O_CREAT | O_NOFOLLOW"
  },
  {
    what: "a read-only root allows names to be removed",
    file: "vfs/src/internal/readOnly.ts",
    from: "unlink: refuse",
    to: "unlink: (path) => fileSystem.unlink(path)"
  },
  {
    what: "any user can remove files in a sticky directory",
    file: "vfs/src/internal/memory/names.ts",
    from: "if (sticky && ownerOf",
    to: "if (!sticky && ownerOf"
  },
  {
    what: "a directory can be copied onto a file",
    file: "vfs/src/internal/copyRules.ts",
    from: `  if (source === "Directory") {\n    refuse(`,
    to: `  if (source === "Directory" && source === target) {\n    refuse(`
  }
]

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
  if (text.split(from).length !== 2) throw new Error(`${file} must contain this exactly once: ${from}`)
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
