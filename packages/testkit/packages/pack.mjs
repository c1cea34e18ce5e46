// Packs packages as they would be published.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { pnpm } from "./managers.mjs"

export const repository = fileURLToPath(new URL("../../../", import.meta.url))

/** The manifest of a package, by the name of its directory. */
export const manifestOf = (name) => JSON.parse(readFileSync(join(repository, "packages", name, "package.json"), "utf8"))

/** Packs packages, and returns the tarball of each by the name of its directory. */
export const packAll = async (names, directory) => {
  const filters = names.map((name) => `--filter=./packages/${name}`)
  await pnpm(repository, "-r", ...filters, "pack", "--pack-destination", directory)
  return new Map(names.map((name) => {
    const manifest = manifestOf(name)
    return [name, join(directory, `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`)]
  }))
}
