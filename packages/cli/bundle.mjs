// Makes the one file that is the command, and its manual page. What it is made of keeps its licences, in a file beside it.
import { build } from "esbuild"
import { spawnSync } from "node:child_process"
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs"

const outfile = new URL("dist/bin.js", import.meta.url).pathname

const { metafile } = await build({
  absWorkingDir: new URL(".", import.meta.url).pathname,
  entryPoints: ["src/bin.ts"],
  outfile,
  bundle: true,
  minify: true,
  metafile: true,
  platform: "node",
  target: "node20",
  format: "esm",
  banner: { js: "#!/usr/bin/env node" }
})
chmodSync(outfile, 0o755)

// Not a command of its own: whoever installs the package gets the page.
const { outputFiles: [printer] } = await build({
  stdin: {
    contents: `import { commands } from "./src/commands.js"
import { manual } from "./src/manual.js"
process.stdout.write(manual(commands, ${
      JSON.stringify(JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")).version)
    }))`,
    resolveDir: new URL(".", import.meta.url).pathname
  },
  bundle: true,
  write: false,
  platform: "node",
  target: "node20",
  format: "esm"
})
const page = spawnSync(process.execPath, ["--input-type=module"], { input: printer.contents, encoding: "utf8" })
if (page.status !== 0) throw new Error(page.stderr)
writeFileSync(new URL("dist/procfsroot.1", import.meta.url), page.stdout)

const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs))
const packages = new Set(
  inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).flatMap(([input]) =>
    /^.*node_modules\/(?:@[^/]+\/)?[^/]+\//.exec(input)?.[0] ?? []
  )
)
const licences = Array.from(packages).toSorted().map((directory) => {
  const root = new URL(directory, import.meta.url)
  const { license, name, version } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"))
  const file = ["LICENSE", "LICENSE.md", "license"].map((text) => new URL(text, root)).find((text) => existsSync(text))
  return `${name} ${version} (${license})\n\n${file === undefined ? "" : readFileSync(file, "utf8")}`
})
writeFileSync(`${outfile}.LEGAL.txt`, licences.join("\n----\n\n"))
