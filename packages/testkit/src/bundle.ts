/** Bundles sources with esbuild: programs that a test starts as processes, fuzz targets, and scripts for a browser. */
import { build, type BuildOptions, type Plugin } from "esbuild"
import { mkdirSync, renameSync, symlinkSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { basename } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { gzipSync } from "node:zlib"

const packages = fileURLToPath(new URL("../../", import.meta.url))
const ours = ["path", "vfs", "node", "platform", "platform-node", "effect4", "testkit"]
const sourcesOf = (names: ReadonlyArray<string>) =>
  Object.fromEntries(names.map((name) => [`@procfsroot/${name}`, `${packages}${name}/src`]))
const alias = sourcesOf(ours)

const made = new Map<string, Promise<string>>()

/** Bundles the TypeScript program `source` once in each format. Any user can read the resulting file, and it finds koffi. */
export const bundled = (source: URL, format: "esm" | "cjs" = "esm"): Promise<string> => {
  const key = `${format} ${source.href}`
  const bundling = made.get(key) ?? bundle(source, format)
  made.set(key, bundling)
  return bundling
}

/** Links the package `node` for the threads of a root, which load it by its name. */
const linkNode = (): void => {
  const directory = `${packages}testkit/dist/node_modules/@procfsroot`
  mkdirSync(directory, { recursive: true })
  try {
    symlinkSync(`${packages}node`, `${directory}/node`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error // `node:fs` throws nothing else
  }
}

/** Bundles a program for Node. */
const buildTo = async (source: URL, outfile: string, options: BuildOptions): Promise<void> => {
  await build({
    entryPoints: [fileURLToPath(source)],
    outfile,
    alias,
    bundle: true,
    platform: "node",
    target: "node20",
    external: ["koffi", "node:*"],
    logLevel: "error",
    ...options
  })
  linkNode()
}

const fileOf = (source: URL, format: "esm" | "cjs"): string =>
  `${packages}testkit/dist/programs/${basename(source.pathname, ".ts")}.${format === "esm" ? "mjs" : "cjs"}`

const bundle = async (source: URL, format: "esm" | "cjs"): Promise<string> => {
  const outfile = fileOf(source, format)
  const written = `${outfile}.${process.pid}`
  await buildTo(source, written, { format })
  // Atomically, since another test file can be starting the same program.
  renameSync(written, outfile)
  return outfile
}

/** Bundles a program without `@procfsroot/node`, which then comes as it was built, with other copies of the rest. */
export const bundledWithoutNode = async (source: URL): Promise<string> => {
  const outfile = fileOf(source, "esm")
  await buildTo(source, outfile, {
    format: "esm",
    alias: sourcesOf(ours.filter((name) => name !== "node")),
    external: ["@procfsroot/node/*", "koffi"]
  })
  return outfile
}

/** Gives each module in a CommonJS bundle the URL of its own source, so that it finds its files. */
const ownUrls: Plugin = {
  name: "own URLs",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/packages\/.*\.ts$/ }, async ({ path }) => ({
      contents: `const ownUrl = ${JSON.stringify(pathToFileURL(path).href)}; ${await readFile(path, "utf8")}`,
      loader: "ts"
    }))
  }
}

/** Bundles a fuzz target with everything that it imports from the packages: the fuzzer observes the bundled code. */
export const fuzzTarget = async (name: string, source: string): Promise<string> => {
  const outfile = `${packages}testkit/dist/programs/fuzz/${name}.cjs`
  await build({
    entryPoints: [source],
    outfile,
    alias,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["effect", "@effect/*", "esbuild", "koffi", "node:*"],
    plugins: [ownUrls],
    define: { "import.meta.url": "ownUrl" },
    sourcemap: "inline",
    logLevel: "error"
  })
  return outfile
}

/**
 * A script for a browser with `source` and everything that it imports, which sets the global `bundle` to the exports.
 * Fails if one of them is a module of Node.
 */
export const forBrowser = async (source: URL): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(source)],
    alias,
    bundle: true,
    platform: "browser",
    format: "iife",
    target: "es2022",
    globalName: "bundle",
    write: false,
    logLevel: "silent"
  })
  return outputFiles.map(({ text }) => text).join("")
}

interface Minified {
  /** The size in bytes, compressed as a server sends it. */
  readonly gzip: number
  /** The modules that it imports, since they are not bundled. */
  readonly imports: ReadonlyArray<string>
  /** The source files that contributed code, relative to `packages`. */
  readonly files: ReadonlyArray<string>
}

/** What a page loads if it imports `names` from a package. Fails if that includes a module of Node. */
export const minified = async (
  name: string,
  names: ReadonlyArray<string>,
  { withEffect }: { readonly withEffect: boolean }
): Promise<Minified> => {
  const { metafile, outputFiles } = await build({
    stdin: { contents: `export { ${names.join(", ")} } from "@procfsroot/${name}"`, resolveDir: `${packages}${name}` },
    absWorkingDir: packages,
    alias,
    bundle: true,
    minify: true,
    platform: "browser",
    format: "esm",
    external: withEffect ? [] : ["effect", "@effect/*"],
    metafile: true,
    write: false,
    logLevel: "silent"
  })
  const outputs = Object.values(metafile.outputs)
  return {
    gzip: gzipSync(outputFiles.map(({ text }) => text).join("")).length,
    imports: outputs.flatMap(({ imports }) => imports.map(({ path }) => path)),
    files: outputs.flatMap(({ inputs }) => Object.keys(inputs).filter((file) => (inputs[file]?.bytesInOutput ?? 0) > 0))
  }
}
