/** Runs the table of cases on archives of its trees. */
import { conformance, rootOnDisk } from "@procfsroot/testkit/conformance"
import { temporary } from "@procfsroot/testkit/temporary"
import { afterAll, expect } from "vitest"
import { archive, formats } from "@procfsroot/testkit/archive"
import { edition } from "./edition.js"

const directory = temporary()
afterAll(() => directory[Symbol.dispose]())
let archives = 0

for (const format of formats) {
  conformance(
    `the table of cases over an archive: ${format}`,
    rootOnDisk(async (root) => {
      const opened = await edition.archive(archive(root, `${directory.path}/${++archives}`, format))
      expect(opened.skipped).toEqual([])
      return opened
    })
  )
}
