/**
 * Checks that the types of the shared suites do not mention Effect: each edition compiles them with
 * its own version of Effect.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path/posix"
import ts from "typescript"
import { describe, expect, it } from "vitest"
import { repository } from "./repository.js"

/** The modules that the tests of an edition import. */
const modules = [
  "againstKernel",
  "answers",
  "bundle",
  "cases",
  "closedRoots",
  "conformance",
  "contract",
  "contract/cases",
  "descriptors",
  "differences",
  "edition",
  "failures",
  "faults",
  "memoryTree",
  "processes",
  "races",
  "rootDirectory",
  "sequences",
  "sequences/serve",
  "temporary",
  "ways"
]

const importsOf = (file: string): ReadonlyArray<string> =>
  ts.preProcessFile(readFileSync(`${repository}packages/testkit/dist/${file}.d.ts`, "utf8")).importedFiles
    .map(({ fileName }) => fileName)

/** Every module that the types of a module import, directly or indirectly; modules of other packages by name. */
const reached = (file: string, seen: Set<string> = new Set()): ReadonlySet<string> => {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const name of importsOf(file)) {
    if (name.startsWith(".")) reached(join(file, "..", name).replace(/\.js$/, ""), seen)
    else seen.add(name)
  }
  return seen
}

const ofEffect = (file: string): ReadonlyArray<string> =>
  [...reached(file)].filter((name) => /^@?effect(\/|$)/.test(name))

describe("the types of the shared suites", () => {
  it.each(modules)("do not mention Effect in %s", (file) => {
    expect(ofEffect(file)).toEqual([])
  })

  it("are told apart from types that mention it", () => {
    expect(ofEffect("effect3/open")).toContain("effect/Layer")
  })
})
