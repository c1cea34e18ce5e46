/** Programs that are bundled into one file. They load koffi and the program of threads from the packages beside it. */
import { bundled } from "@procfsroot/testkit/bundle"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { version } from "../src/internal/version.js"

const source = new URL("./programs/bundled.ts", import.meta.url)

const run = (program: string): { readonly stderr: string; readonly stdout: string } => {
  // Without NODE_PATH, so that packages are looked for beside the program only.
  const { stderr, stdout } = spawnSync(process.execPath, [program], {
    encoding: "utf8",
    env: { HOME: dirname(program) }
  })
  return { stderr, stdout }
}

/** Fails if there is no such text. */
const replaced = (program: string, text: RegExp, by: string): string => {
  const code = readFileSync(program, "utf8")
  expect(code).toMatch(text)
  return code.replace(text, by)
}

const OTHERS = "others are loaded"

/** Installs other packages of the same names, which say so when they are loaded. */
const installOthers = (modules: string, ...names: ReadonlyArray<string>): void => {
  for (const name of names) {
    const exports = { ".": "./x.js", "./internal/worker": "./x.js", "./package.json": "./package.json" }
    mkdirSync(`${modules}/${name}`, { recursive: true })
    writeFileSync(`${modules}/${name}/package.json`, JSON.stringify({ name, version: "0.0.1", exports }))
    writeFileSync(`${modules}/${name}/x.js`, `console.log("${OTHERS}")`)
  }
}

const NODE = "@procfsroot/node"
const NATIVE = `@koromix/koffi-linux-${process.arch}`

const NOT_FOUND =
  "not found beside the program: install @procfsroot/node there, or leave every package of @procfsroot out of the bundle"
const KOFFI = { stderr: "", stdout: "koffi\n" }

it("knows its version", () => {
  expect(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))).toMatchObject({ version })
})

describe.skipIf(without("koffi"))("a bundle", () => {
  it.each(["esm", "cjs"] as const)("in %s finds koffi and threads", async (format) => {
    expect(run(await bundled(source, format))).toEqual(KOFFI)
  })

  it("finds them if it has the path of the place where webpack made it, in import.meta.url", async () => {
    const program = await bundled(source, "cjs")
    const moved = `${dirname(program)}/bundled.moved.cjs`
    writeFileSync(moved, replaced(program, /import_meta = \{\}/, `import_meta = { url: "file:///build/require.js" }`))
    expect(run(moved)).toEqual(KOFFI)
  })

  it("finds them if import.meta.url is a URL, as some set it in CommonJS", async () => {
    const program = await bundled(source, "cjs")
    const changed = `${dirname(program)}/bundled.url.cjs`
    const url = `import_meta = { url: require("node:url").pathToFileURL(__filename) }`
    writeFileSync(changed, replaced(program, /import_meta = \{\}/, url))
    expect(run(changed)).toEqual(KOFFI)
  })

  it.each(
    [
      { by: "webpack", format: "cjs", text: /import_meta = \{\}/, with: `import_meta = { url: "file://PATH" }` },
      { by: "Bun", format: "esm", text: /return __filename/, with: `return "PATH"` }
    ] as const
  )("does not load others from the place where $by made it", async ({ format, text, with: by }) => {
    using built = temporary()
    using place = temporary()
    const modules = `${built.path}/node_modules`
    installOthers(modules, NODE, NATIVE)
    const own = `${modules}/@procfsroot/node/dist/internal/require.js`
    const program = `${place.path}/program.${format === "esm" ? "mjs" : "cjs"}`
    writeFileSync(program, replaced(await bundled(source, format), text, by.replace("PATH", own)))
    const { stdout } = run(program)
    expect(stdout).toContain(NOT_FOUND)
    expect(stdout).not.toContain(OTHERS)
  })

  it("finds koffi if only @procfsroot/node sees it, as pnpm installs it", async () => {
    using place = temporary()
    const modules = `${place.path}/node_modules/@procfsroot`
    mkdirSync(modules, { recursive: true })
    symlinkSync(fileURLToPath(new URL("../", import.meta.url)), `${modules}/node`)
    cpSync(await bundled(source), `${place.path}/program.mjs`)
    expect(run(`${place.path}/program.mjs`)).toEqual(KOFFI)
  })

  it("says what to install if a thread would load another version", async () => {
    using place = temporary()
    const modules = `${place.path}/node_modules`
    installOthers(modules, NODE)
    mkdirSync(dirname(`${modules}/${NATIVE}`))
    symlinkSync(dirname(createRequire(import.meta.url).resolve(`${NATIVE}/package.json`)), `${modules}/${NATIVE}`)
    cpSync(await bundled(source), `${place.path}/program.mjs`)
    const { stdout } = run(`${place.path}/program.mjs`)
    expect(stdout).toContain(
      `a thread loads @procfsroot/node 0.0.1, which is installed beside the program, but the program is bundled with ` +
        `${version}: install ${version} there, or leave every package of @procfsroot out of the bundle`
    )
    expect(stdout).not.toContain(OTHERS)
  })

  it("says what to install if a thread does not find its program", async () => {
    using place = temporary()
    cpSync(await bundled(source), `${place.path}/program.mjs`)
    expect(run(`${place.path}/program.mjs`).stdout).toContain(NOT_FOUND)
  })
})
