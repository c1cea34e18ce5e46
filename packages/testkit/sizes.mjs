// Measures how many bytes each entry adds to a program, minified and compressed with gzip. Effect is not counted, since
// the program has it anyway. `node sizes.mjs` writes the sizes to `sizes.json`; with `--check`, it compares them with
// that file and fails if one has grown by more than 2 %. `npm run sizes` accepts a change, which then shows in a diff.
import { build } from "esbuild"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"

const packages = fileURLToPath(new URL("..", import.meta.url))
const file = fileURLToPath(new URL("sizes.json", import.meta.url))
const tolerated = 1.02

const inBrowser = ["path", "vfs", "platform", "effect4"]
/** For these, Node's own modules are not counted either. */
const forNode = ["node", "platform-node", "effect4/node"]

const modulesOf = (name) => {
  const [directory, under = ""] = name.split("/")
  return readdirSync(`${packages}${directory}/src/${under}`)
    .filter((module) => /^[A-Z].*\.ts$/.test(module))
    .map((module) => `${name}/${module.replace(".ts", "")}`)
}

const exporting = (entries) => entries.map((entry, i) => `export * as e${i} from "@procfsroot/${entry}"`).join("\n")

const sizeOf = async (entries, platform) => {
  const [directory] = entries[0].split("/")
  const { outputFiles } = await build({
    stdin: { contents: exporting(entries), resolveDir: `${packages}${directory}` },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    platform,
    external: ["effect", "@effect/*"],
    write: false,
    logLevel: "silent"
  })
  return gzipSync(outputFiles[0].text).length
}

const measured = async () => {
  const sizes = {}
  for (const [names, platform] of [[inBrowser, "browser"], [forNode, "node"]]) {
    for (const name of names) {
      for (const entry of [name, ...modulesOf(name)]) {
        sizes[`@procfsroot/${entry}`] = await sizeOf([entry], platform)
      }
    }
  }
  for (const edition of ["platform", "effect4"]) {
    const both = ["Root", "MemoryFileSystem"].map((module) => `${edition}/${module}`)
    sizes[`@procfsroot/${both.join(" + @procfsroot/")}`] = await sizeOf(both, "browser")
  }
  sizes.procfsroot = gzipSync(readFileSync(`${packages}cli/dist/bin.js`)).length
  return sizes
}

const check = (sizes) => {
  const budget = JSON.parse(readFileSync(file, "utf8"))
  const entries = [...new Set([...Object.keys(budget), ...Object.keys(sizes)])]
  const complaints = entries.flatMap((entry) => {
    const [was, is] = [budget[entry], sizes[entry]]
    if (was === undefined) return [`${entry} is new, with ${is} bytes`]
    if (is === undefined) return [`${entry} is gone`]
    return is > was * tolerated ? [`${entry} has ${is} bytes; at most ${was} and 2 % more are allowed`] : []
  })
  if (complaints.length === 0) {
    console.log(`The sizes of ${entries.length} entries are within packages/testkit/sizes.json.`)
    return
  }
  console.error(`${complaints.join("\n")}\nIf that is intended, run "npm run sizes".`)
  process.exitCode = 1
}

const sizes = await measured()
if (process.argv.includes("--check")) check(sizes)
else writeFileSync(file, `${JSON.stringify(sizes, undefined, 2)}\n`)
