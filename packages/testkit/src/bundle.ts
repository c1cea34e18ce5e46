/** Programs that a test runs as processes of their own, made from the sources as the tests are. */
import { build, type Plugin } from "esbuild"
import { mkdirSync, renameSync, symlinkSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { basename } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { gzipSync } from "node:zlib"

const packages = fileURLToPath(new URL("../../", import.meta.url))
const alias = Object.fromEntries(
  ["path", "vfs", "node", "platform", "platform-node", "effect4", "testkit"].map((
    name
  ) => [`@procfsroot/${name}`, `${packages}${name}/src`])
)

const made = new Map<string, Promise<string>>()

/** Bundles the TypeScript program `source`, once; the file made may be read by any user, and finds koffi. */
export const bundled = (source: URL, format: "esm" | "cjs" = "esm"): Promise<string> => {
  const bundling = made.get(source.href) ?? bundle(source, format)
  made.set(source.href, bundling)
  return bundling
}

/** The threads of a root load the package itself. */
const linkNode = (): void => {
  const directory = `${packages}testkit/dist/node_modules/@procfsroot`
  mkdirSync(directory, { recursive: true })
  try {
    symlinkSync(`${packages}node`, `${directory}/node`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error // `node:fs` throws nothing else
  }
}

const bundle = async (source: URL, format: "esm" | "cjs"): Promise<string> => {
  const outfile = `${packages}testkit/dist/programs/${basename(source.pathname, ".ts")}.${
    format === "esm" ? "mjs" : "cjs"
  }`
  const written = `${outfile}.${process.pid}`
  await build({
    entryPoints: [fileURLToPath(source)],
    outfile: written,
    alias,
    bundle: true,
    platform: "node",
    format,
    target: "node20",
    external: ["koffi", "node:*"],
    logLevel: "error"
  })
  linkNode()
  // At once, since another test file may be starting the same program.
  renameSync(written, outfile)
  return outfile
}

/** Modules in a bundle for `require` find their files as if they were by themselves. */
const ownUrls: Plugin = {
  name: "own URLs",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/packages\/.*\.ts$/ }, async ({ path }) => ({
      contents: `const ownUrl = ${JSON.stringify(pathToFileURL(path).href)}; ${await readFile(path, "utf8")}`,
      loader: "ts"
    }))
  }
}

/** Bundles a target of the fuzzer with what it imports of the packages, which is what the fuzzer observes. */
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

/** A script with `source` and all it imports, its exports in `bundle`, for a browser; fails at the first module of Node's. */
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
  /** In bytes, as a server sends it. */
  readonly gzip: number
  /** The modules that are not in it but imported. */
  readonly imports: ReadonlyArray<string>
  /** The source files that some of it is from, from `packages` on. */
  readonly files: ReadonlyArray<string>
}

/** What a page loads if it imports `names` of a package. Fails at the first module of Node's. */
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
