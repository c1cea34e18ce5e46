/** The methods that read, asked of archives of the contract's trees; the judge is Node in a real chroot. */
import { temporary } from "@procfsroot/testkit/temporary"
import { contract } from "@procfsroot/testkit/contract"
import { mutates } from "@procfsroot/testkit/contract/cases"
import { onDisk } from "@procfsroot/testkit/contract/disk"
import type { Case } from "@procfsroot/testkit/contract/model"
import { afterAll, describe } from "@effect/vitest"
import { TarFileSystem } from "../src/index.js"
import { archive, formats } from "./archive.js"

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
      (root) => TarFileSystem.layer(archive(root, `${directory.path}/${++archives}`, format)),
      [{ reason: "an archive cannot be changed", applies: writes }]
    ))
  }
})
