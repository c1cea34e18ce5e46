import { existsSync, readdirSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { complaintsAboutManifest, complaintsAboutSource, type SourceFile } from "./imports.js"
import { repository } from "./repository.js"

const read = (file: string): SourceFile => ({ file, text: readFileSync(repository + file, "utf8") })

const packages = readdirSync(`${repository}packages`).map((name) => `packages/${name}`)

const sources = packages.flatMap((directory) =>
  readdirSync(`${repository}${directory}/src`, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => read(`${directory}/src/${name}`))
)

const manifests = packages.map((directory) => read(`${directory}/package.json`))

describe("an import", () => {
  it("leads only to packages below, and never into their internal modules", () => {
    expect(sources.length).toBeGreaterThan(150)
    expect(sources.flatMap(complaintsAboutSource)).toEqual([])
  })

  it.each([
    ["path", "import { Effect } from \"effect\"", "depends on nothing"],
    ["vfs", "import { readFileSync } from \"node:fs\"", "vfs knows neither Effect nor Node"],
    ["vfs", "export * from \"fs/promises\"", "vfs knows neither Effect nor Node"],
    ["vfs", "import type * as Effect from \"effect/Effect\"", "vfs knows neither Effect nor Node"],
    ["vfs", "type Root = import(\"@procfsroot/node/Root\").Root", "it may import @procfsroot/path"],
    ["node", "import { Root } from \"@procfsroot/platform\"", "node knows no Effect"],
    ["platform", "const fs = await import(\"node:fs\")", "platform knows nothing of Node"],
    ["platform", "import \"@procfsroot/node\"", "platform knows nothing of Node"],
    ["platform", "import { NodeFileSystem } from \"@effect/platform-node\"", "platform knows nothing of Node"],
    ["effect4", "import { Root } from \"@procfsroot/node\"", "effect4 knows nothing of Node outside of src/node"],
    ["effect4", "import { Root } from \"@procfsroot/platform\"", "it may import @procfsroot/path"],
    ["platform-node", "import { cases } from \"@procfsroot/testkit/cases\"", "nothing more"],
    ["platform-node", "import \"@procfsroot/node/internal/root.js\"", "internal modules are their package's own"],
    ["benchmark", "import \"@procfsroot/node/internal/root.js\"", "internal modules are their package's own"],
    ["cli", "import { Effect } from \"effect\"", "without Effect"],
    ["cli", "import \"../../node/src/internal/root.js\"", "that is in packages/node"],
    ["extra", "import \"node:fs\"", "packages/extra is not listed"]
  ])("in %s is reported: %s", (name, text, reason) => {
    const file = `packages/${name}/src/none.ts`
    expect(complaintsAboutSource({ file, text })).toEqual([expect.stringContaining(reason)])
    expect(complaintsAboutSource({ file, text })[0]).toMatch(`${file} imports "`)
  })

  it("in a comment is ignored", () => {
    const text = "/**\n * import { NodeFileSystem } from \"@effect/platform-node\"\n */\nexport {}\n"
    expect(complaintsAboutSource({ file: "packages/path/src/none.ts", text })).toEqual([])
  })
})

describe("the dependencies of a package", () => {
  it("are packages below it", () => {
    expect(manifests.flatMap(complaintsAboutManifest)).toEqual([])
  })

  it("are reported if they are not below it", () => {
    const text = JSON.stringify({ dependencies: { "@procfsroot/path": "*" }, peerDependencies: { effect: "*" } })
    expect(complaintsAboutManifest({ file: "packages/vfs/package.json", text })).toEqual([
      expect.stringMatching(/^packages\/vfs\/package\.json depends on "effect": vfs knows neither Effect nor Node/)
    ])
  })
})

/** In docs/architecture.md and docs/rules.md, the `…` in `vfs/…/copy.ts` means `src/internal`. */
const fileOf = (shown: string): string => `packages/${shown.replace(/^packages\//, "").replace("…", "src/internal")}`

/** Each file that the text names, with the identifiers listed after it: `vfs/…/copy.ts`: `fill`, `refill`. */
const placesIn = (text: string): ReadonlyArray<readonly [file: string, names: ReadonlyArray<string>]> =>
  Array.from(
    text.matchAll(/`((?:packages\/)?[\w-]+\/[\w./…-]+\.ts)`(?:: ((?:`\w+`(?:, )?)+))?/g),
    ([, file = "", names = ""]) => [fileOf(file), names.match(/\w+/g) ?? []] as const
  )

describe("docs/architecture.md and docs/rules.md", () => {
  const places = ["architecture", "rules"].flatMap((name) => placesIn(read(`docs/${name}.md`).text))

  it("names files that exist", () => {
    expect(places.length).toBeGreaterThan(150)
    expect(places.map(([file]) => file).filter((file) => !existsSync(repository + file))).toEqual([])
  })

  it("names functions and methods that exist in these files", () => {
    const missing = places.flatMap(([file, names]) => {
      const { text } = read(file)
      return names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text)).map((name) => `${file}: ${name}`)
    })
    expect(places.flatMap(([, names]) => names).length).toBeGreaterThan(10)
    expect(missing).toEqual([])
  })
})
