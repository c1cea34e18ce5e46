import { breaks } from "@procfsroot/testkit/breaks"
import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { repository } from "./repository.js"

it.each(breaks)("the code to break is there: $what", ({ file, from, to }) => {
  expect(readFileSync(`${repository}packages/${file}`, "utf8").split(from)).toHaveLength(2)
  expect(to).not.toBe(from)
})
