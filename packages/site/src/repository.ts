import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

/** Where the repository is on this machine. */
export const repository = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "")

/** The directory of this package. */
export const site = `${repository}/packages/site`

interface Manifest {
  readonly version: string
  readonly description: string
  readonly repository?: { readonly url: string }
}

export const manifestOf = (name: string): Manifest =>
  JSON.parse(readFileSync(`${repository}/packages/${name}/package.json`, "utf8")) as Manifest // as npm wants it

/** Where the repository is on the web, if the packages say so. */
const address = manifestOf("path").repository?.url.replace(/^git\+/, "").replace(/\.git$/, "")

/** The address of a file of the repository, if there is one. */
export const addressOf = (file: string): string | undefined =>
  address === undefined ? undefined : `${address}/blob/HEAD/${file}`
