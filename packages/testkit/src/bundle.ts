/** Programs that a test runs as processes of their own, made from the sources as the tests are. */
import { build } from "esbuild"
import { renameSync } from "node:fs"
import { basename } from "node:path"
import { fileURLToPath } from "node:url"

const packages = fileURLToPath(new URL("../../", import.meta.url))
const alias = Object.fromEntries(
  ["path", "vfs", "node", "platform", "platform-node", "effect4", "testkit"].map((
    name
  ) => [`@procfsroot/${name}`, `${packages}${name}/src`])
)

/** Bundles the TypeScript program `source`; the file made may be read by any user, and finds koffi. */
export const bundled = async (source: URL, format: "esm" | "cjs" = "esm"): Promise<string> => {
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
  // At once, since another test file may be starting the same program.
  renameSync(written, outfile)
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
    globalName: "bundle",
    write: false,
    logLevel: "silent"
  })
  return outputFiles.map(({ text }) => text).join("")
}
