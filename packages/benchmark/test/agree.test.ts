import { temporary } from "@procfsroot/testkit/temporary"
import { writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import * as files from "../src/fileOperations.js"
import * as many from "../src/many.js"
import * as memory from "../src/memory.js"
import { columnsOf, roundsOf, type Table } from "../src/tables.js"

const once = { rounds: 1, seed: 1 }

/** The cells without a time. `measure` checks that all contestants give the same results before it times them. */
const gaps = (table: Table): ReadonlyArray<string> =>
  table.rows.flatMap(({ name }) =>
    columnsOf(table).filter((column) => (roundsOf(table, name, column)[0] ?? 0) <= 0).map((column) =>
      `${name}, ${column}`
    )
  )

describe("contestants give the same results", () => {
  const quick = files.all.filter((name) => !name.includes("MB"))

  it.each([2, 8])("for files at depth %i", async (depth) => {
    using place = temporary()
    const who = ["plain", "kernel", "walk", "over"] as const
    const table = await files.measure(place.path, depth, { title: "", operations: quick, who }, {
      ...once,
      share: 0.01
    })
    expect(table.rows).toHaveLength(4)
    expect(gaps(table)).toEqual([])
  })

  it("in memory", async () => {
    expect(gaps(await memory.measure(20, once))).toEqual([])
  })

  it("for missing names in memory", async () => {
    using place = temporary()
    const question = { title: "", operations: files.missing, who: ["plain", "memory"] } as const
    expect(gaps(await files.measure(place.path, 2, question, { ...once, share: 0.01 }))).toEqual([])
  })

  it("from several fibers and in several roots", async () => {
    using place = temporary()
    writeFileSync(`${place.path}/file`, "content")
    expect(gaps(await many.fibers(place.path, ["/file"], [1, 10], once))).toEqual([])
    expect(gaps(await many.roots(place.path, ["/file"], [1, 10], once))).toEqual([])
  })
})
