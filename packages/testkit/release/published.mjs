// The packages that are published, with their manifests.
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

export const repository = fileURLToPath(new URL("../../../", import.meta.url))

export const readJson = (file) => JSON.parse(readFileSync(file, "utf8"))

export const publishedPackages = () =>
  readdirSync(`${repository}packages`)
    .filter((name) => existsSync(`${repository}packages/${name}/package.json`))
    .map((name) => ({
      name,
      directory: `${repository}packages/${name}`,
      manifest: readJson(`${repository}packages/${name}/package.json`)
    }))
    .filter(({ manifest }) => manifest.private !== true)
