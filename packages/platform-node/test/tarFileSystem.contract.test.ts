/**
 * Checks the methods that read on archives of the trees of the contract. The results must be those of Node in
 * a real chroot.
 */
import { temporary } from "@procfsroot/testkit/temporary"
import { type Case, contract, onDisk } from "@procfsroot/testkit/contract"
import { mutates } from "@procfsroot/testkit/contract/cases"
import { afterAll, describe } from "vitest"
import { archive, formats } from "./archive.js"
import { edition } from "./edition.js"

const writes = (testCase: Case): boolean => {
  if (testCase.method === "access") return testCase.args[1]?.writable === true
  if (testCase.method === "open") return (testCase.args[1]?.flag ?? "r") !== "r"
  return mutates(testCase)
}

describe("TarFileSystem", () => {
  const directory = temporary()
  afterAll(() => directory[Symbol.dispose]())
  let archives = 0
  for (const format of formats) {
    contract(onDisk(
      format,
      {
        ...edition,
        differences: [...edition.differences, { reason: "an archive cannot be changed", applies: writes }]
      },
      (root) => edition.archive(archive(root, `${directory.path}/${++archives}`, format))
    ))
  }
})
