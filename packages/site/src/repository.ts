import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

/** The path of the repository on this machine. */
export const repository = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "")

/** The directory of this package. */
export const site = `${repository}/packages/site`

interface Manifest {
  readonly private?: boolean
  readonly version: string
  readonly description: string
  readonly repository?: { readonly url: string }
}

export const manifestOf = (name: string): Manifest =>
  JSON.parse(readFileSync(`${repository}/packages/${name}/package.json`, "utf8")) as Manifest // npm's format

/** Packages that are not published, and therefore not on the site. */
export const privatePackages: ReadonlyArray<string> = readdirSync(`${repository}/packages`)
  .filter((name) => manifestOf(name).private === true)

/** The address of the repository on the web, if the packages contain it. */
const address = manifestOf("path").repository?.url.replace(/^git\+/, "").replace(/\.git$/, "")

/** The address of a file in the repository, if there is one. */
export const addressOf = (file: string): string | undefined =>
  address === undefined ? undefined : `${address}/blob/HEAD/${file}`
