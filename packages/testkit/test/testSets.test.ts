import { longest, testFile, testSets } from "@procfsroot/testkit/testSets"
import { existsSync } from "node:fs"
import { expect, it } from "vitest"
import { repository } from "./repository.js"

const ofSets = Object.values(testSets).flatMap((set) =>
  Object.entries(set).flatMap(([name, tests]) => tests.map((test) => testFile(name, test)))
)

const ofLongest = longest.map((path) => {
  const [directory = "", ...name] = path.split("/")
  return testFile(directory, name.join("/"))
})

const files = [...ofSets, ...ofLongest]

it("test sets name files that exist", () => {
  const plain = files.filter((file) => !/[*{!]/.test(file))
  expect(plain.length).toBeGreaterThan(50)
  expect(plain.filter((file) => !existsSync(repository + file))).toEqual([])
})
