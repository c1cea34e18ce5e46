/**
 * With `TESTED=built`, tests run the modules that the compiler has built, as users do, in place of the sources. Node
 * loads these itself, which saves a quarter of the time of all tests: Vite has nothing to transform, and each use of an
 * import is not a call of a getter. The packages have to be built before.
 */
import { fileURLToPath } from "node:url"
import type { Plugin } from "vitest/config"

/** Always sources: Vitest runs them again for each test file, and Node would run them only once. */
export const setupFiles = ["unchanged", "betweenTests"].map((name) =>
  fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
)

/** The modules of the command are bundled: no file is built for each of them. */
const source = /^(.*\/packages\/(?!cli\/)[^/]+)\/src\/(.*)\.ts(\?.*)?$/

const isWanted = process.env["TESTED"] === "built"

/** Modules that Node loads itself. */
export const loadedByNode = [/\/packages\/[^/]+\/dist\//]

const useBuilt: Plugin = {
  name: "built-modules",
  enforce: "pre",
  async resolveId(id, importer, options) {
    const resolved = await this.resolve(id, importer, { ...options, skipSelf: true })
    if (resolved === null || !source.test(resolved.id) || setupFiles.includes(resolved.id)) return resolved
    return resolved.id.replace(source, "$1/dist/$2.js$3")
  }
}

export const plugins: Array<Plugin> = isWanted ? [useBuilt] : []
