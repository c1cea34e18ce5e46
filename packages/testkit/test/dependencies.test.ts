import { readdirSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { repository } from "./repository.js"

type Dependencies = Readonly<Record<string, string>>

const namesIn = (file: string): ReadonlyArray<string> => {
  const manifest = JSON.parse(readFileSync(`${repository}${file}`, "utf8")) as Readonly<Record<string, Dependencies>> // our own
  return ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"]
    .flatMap((kind) => Object.keys(manifest[kind] ?? {}))
    .filter((name) => !name.startsWith("@procfsroot/"))
}

const manifests = [
  "package.json",
  ...readdirSync(`${repository}packages`).map((name) => `packages/${name}/package.json`)
]
const used = new Set(manifests.flatMap(namesIn))

/** The names in the first column of the table. */
const listed = new Set(
  Array.from(readFileSync(`${repository}docs/dependencies.md`, "utf8").matchAll(/^\| (`[^|]+) \|/gm))
    .flatMap(([, names = ""]) => Array.from(names.matchAll(/`([^`]+)`/g), ([, name = ""]) => name))
)

describe("docs/dependencies.md", () => {
  it("has a row for each dependency of a package", () => {
    expect(used.size).toBeGreaterThan(20)
    expect(Array.from(used).filter((name) => !listed.has(name))).toEqual([])
  })

  it("has no row for a package that nothing depends on", () => {
    expect(Array.from(listed).filter((name) => !used.has(name))).toEqual([])
  })
})
