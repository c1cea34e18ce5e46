/** Checks that the modules of both editions for Effect export the same names, and that the indexes have all of them. */
import { basename, dirname } from "node:path/posix"
import { afterAll, describe, expect, it } from "vitest"
import { forgetSources, programOf, publicModules, repository } from "./repository.js"

/** Maps the directories of Effect 3 to those of Effect 4. */
const editions = [
  ["packages/platform/src/", "packages/effect4/src/"],
  ["packages/platform-node/src/", "packages/effect4/src/node/"]
] as const

const program = programOf(publicModules)

/** The names of the values and types that a module exports. */
const exportsOf = (file: string): ReadonlyArray<string> => {
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(repository + file)
  const module = source && checker.getSymbolAtLocation(source)
  return module === undefined ? [] : checker.getExportsOfModule(module).map(({ name }) => name).toSorted()
}

const pairs = editions.flatMap(([directory3, directory4]) =>
  publicModules
    .filter((file) => file.startsWith(directory3))
    .map((file) => [file.slice("packages/".length), file, directory4 + file.slice(directory3.length)] as const)
)

afterAll(forgetSources)

describe("both editions for Effect", () => {
  it("have the same modules", () => {
    const modules4 = publicModules.filter((file) => file.startsWith("packages/effect4/src/"))
    expect(pairs.map(([, , file]) => file).toSorted()).toEqual(modules4.toSorted())
  })

  it.each(pairs)("export the same names from %s", (_, file3, file4) => {
    // See "From Effect 3 to Effect 4" in docs/editions.md.
    const only3 = file3.endsWith("/Root.ts") ? ["TypeId"] : []
    const only4 = ["Service"]
    const without = (names: ReadonlyArray<string>, file: string) =>
      exportsOf(file).filter((name) => !names.includes(name))
    expect(without(only3, file3)).toEqual(without(only4, file4))
  })

  it.each(editions.flat())("export every module from the index in %s", (directory) => {
    const modules = publicModules
      .filter((file) => dirname(file) === dirname(`${directory}index.ts`))
      .map((file) => basename(file, ".ts"))
      .filter((name) => name !== "index" && name !== "ErrorSchema") // only programs that use schemas load it
    expect(exportsOf(`${directory}index.ts`)).toEqual(modules.toSorted())
  })
})
