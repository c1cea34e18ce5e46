import { partsOf } from "@procfsroot/testkit/mutation/judges"
import { existsSync, readdirSync } from "node:fs"
import { expect, it } from "vitest"
import { repository } from "./repository.js"

const codes = (mutated: string) => partsOf(mutated).map(({ code }) => code)

it("finds the part that changed files belong to", () => {
  expect(codes("path")).toEqual(["path/src/**/*.ts"])
  expect(codes("vfs")).toHaveLength(5)
  const files = "vfs/src/internal/{copy,remove}.ts"
  expect(partsOf(files)).toEqual([{ ...partsOf("vfs").at(-1), code: files }])
  expect(partsOf("vfs/src/internal/host/*.ts")).toEqual([partsOf("vfs")[0]])
  expect(partsOf("vfs/src/internal/memory/diff/*.ts")).toEqual([partsOf("vfs")[1]])
  expect([partsOf("node"), partsOf("node/src/index.ts")]).toEqual([[], []])
})

it("names tests that exist", () => {
  const tests = ["path", "vfs"].flatMap((name) => partsOf(name).flatMap(({ quick, slow }) => [...quick, ...slow]))
  expect(tests.filter((file) => !existsSync(`${repository}${file}`))).toEqual([])
})

it("names all tests of vfs: they run in this process, and are quick", () => {
  const judges = new Set(partsOf("vfs").flatMap(({ quick, slow }) => [...quick, ...slow]))
  const tests = readdirSync(`${repository}packages/vfs/test`).filter((name) => name.endsWith(".test.ts"))
  expect(tests.filter((name) => !judges.has(`packages/vfs/test/${name}`))).toEqual([])
})
