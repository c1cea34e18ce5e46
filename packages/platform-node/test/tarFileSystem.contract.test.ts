/**
 * Checks the methods that read on archives of the trees of the contract. The results must be those of Node in
 * a real chroot.
 */
import { temporary } from "@procfsroot/testkit/temporary"
import { contract, onDisk } from "@procfsroot/testkit/contract"
import { afterAll, describe } from "vitest"
import { archive, formats, unchangeable } from "@procfsroot/testkit/archive"
import { edition } from "./edition.js"

describe("TarFileSystem", () => {
  const directory = temporary()
  afterAll(() => directory[Symbol.dispose]())
  let archives = 0
  for (const format of formats) {
    contract(onDisk(
      format,
      { ...edition, differences: [...edition.differences, unchangeable] },
      (root) => edition.archive(archive(root, `${directory.path}/${++archives}`, format))
    ))
  }
})
