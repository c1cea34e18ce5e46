// Bundles a program for a browser from the packages installed in a project, checks that the bundle
// imports no module, and runs it.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { run } from "./runtimes.mjs"

/** Installs a bundler outside the project, so that the project only has the dependencies of a user. */
const tool = async (directory, name, version) => {
  const home = join(directory, `bundler-${name}`)
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, "package.json"), JSON.stringify({ private: true, dependencies: { [name]: version } }))
  await run(home, "npm", "install", "--no-audit", "--no-fund")
  return join(home, "node_modules", name)
}

/** Checks that the script loads no module, runs it, and returns its size. */
const check = async (script) => {
  const text = readFileSync(script, "utf8")
  const modules = text.match(/\bfrom\s*"[^"]+"|\brequire\("[^"]+"\)|\bimport\s*"[^"]+"/g) ?? []
  if (modules.length > 0) throw new Error(`The bundle loads ${modules.join(", ")}`)
  const output = await run(join(script, ".."), process.execPath, script)
  if (output.trim() !== "fakes") throw new Error(`The bundle prints: ${output}`)
  return `${(gzipSync(text).length / 1000).toFixed(1)} kB by gzip`
}

const page = (project, program) => {
  const directory = mkdtempSync(join(project, "page-"))
  writeFileSync(join(directory, "page.ts"), program)
  return directory
}

export const bundlers = {
  esbuild: async (project, program, directory) => {
    const esbuild = await tool(directory, "esbuild", "0.28.2")
    const source = page(project, program)
    await run(
      source,
      join(esbuild, "bin/esbuild"),
      "page.ts",
      "--bundle",
      "--minify",
      "--format=esm",
      "--platform=browser",
      "--target=es2022",
      "--outfile=out/page.mjs"
    )
    return check(join(source, "out/page.mjs"))
  },
  Vite: async (project, program, directory) => {
    const vite = await tool(directory, "vite", "^8.3.8")
    const source = page(project, program)
    writeFileSync(join(source, "index.html"), `<script type="module" src="./page.ts"></script>`)
    // Without the polyfill that Vite adds for old browsers, which needs a page.
    const config = { build: { target: "es2022", modulePreload: { polyfill: false } } }
    writeFileSync(join(source, "vite.config.mjs"), `export default ${JSON.stringify(config)}`)
    await run(source, process.execPath, join(vite, "bin/vite.js"), "build", "--outDir", "out", "--logLevel", "warn")
    const assets = join(source, "out/assets")
    const scripts = readdirSync(assets).filter((name) => name.endsWith(".js"))
    if (scripts.length !== 1) throw new Error(`Vite makes ${scripts.join(", ")}`)
    return check(join(assets, scripts[0]))
  }
}
