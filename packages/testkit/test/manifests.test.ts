/**
 * Checks what the `package.json` of each published package tells registries, package managers, bundlers and readers.
 */
import { readdirSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { repository } from "./repository.js"

interface Manifest {
  readonly name: string
  readonly private?: true
  readonly version: string
  readonly description: string
  readonly license: string
  readonly keywords?: ReadonlyArray<string>
  readonly repository?: { readonly type: string; readonly url: string; readonly directory?: string }
  readonly exports: Readonly<Record<string, string | null | Readonly<Record<string, string>>>>
  readonly files?: ReadonlyArray<string>
}

const read = (file: string): Manifest => JSON.parse(readFileSync(`${repository}${file}`, "utf8")) as Manifest // our own

const workspace = read("package.json")

const published = readdirSync(`${repository}packages`)
  .map((name) => [name, read(`packages/${name}/package.json`)] as const)
  .filter(([, manifest]) => manifest.private !== true)

describe("a published package", () => {
  it("is one of seven", () => {
    expect(published).toHaveLength(7)
  })

  it.each(published)("%s states its description, its repository and the Node version it needs", (name, manifest) => {
    const url = workspace.repository?.url.replace(/^git\+|\.git$/g, "")
    expect(url).toMatch(/^https:/)
    expect(manifest).toMatchObject({
      description: expect.stringMatching(/^.{30,}\.$/),
      license: workspace.license,
      repository: { ...workspace.repository, directory: `packages/${name}` },
      bugs: `${url}/issues`,
      homepage: `${url}/tree/main/packages/${name}#readme`,
      engines: { node: ">=20.17" },
      sideEffects: false,
      type: "module",
      publishConfig: { access: "public", provenance: true }
    })
    expect(manifest.keywords?.length).toBeGreaterThan(4)
  })

  it.each(published)("%s lists the types of an entry first, and hides internal modules", (name, { exports }) => {
    for (const [entry, target] of Object.entries(exports)) {
      if (typeof target === "string" || target === null) continue
      expect({ entry, conditions: Object.keys(target) }).toEqual({ entry, conditions: ["types", "default"] })
    }
    expect(exports["./internal/*"]).toBe(name === "cli" ? undefined : null)
  })

  it.each(published)("%s contains no tests", (_name, { files = [] }) => {
    expect(files.length).toBeGreaterThan(1)
    expect(files.filter((file) => /test/.test(file))).toEqual([])
  })
})
