// Lists the packages that are published, with their manifests.
import { existsSync, readdirSync } from "node:fs"
import { manifestOf, repository } from "../packages/pack.mjs"

export const publishedPackages = () =>
  readdirSync(`${repository}packages`)
    .filter((name) => existsSync(`${repository}packages/${name}/package.json`))
    .map((name) => ({ name, directory: `${repository}packages/${name}`, manifest: manifestOf(name) }))
    .filter(({ manifest }) => manifest.private !== true)
