// Lists the packages that are published, with their manifests, and the files that contain their version.
import { existsSync, readdirSync } from "node:fs"
import { manifestOf, repository } from "../packages/pack.mjs"

export const publishedPackages = () =>
  readdirSync(`${repository}packages`)
    .filter((name) => existsSync(`${repository}packages/${name}/package.json`))
    .map((name) => ({ name, directory: `${repository}packages/${name}`, manifest: manifestOf(name) }))
    .filter(({ manifest }) => manifest.private !== true)

/** The files, and the line in them with the version. */
export const versionFiles = [
  { path: "packages/cli/src/bin.ts", line: (version) => `const version = "${version}"` },
  { path: "packages/node/src/internal/version.ts", line: (version) => `export const version = "${version}"` }
]
