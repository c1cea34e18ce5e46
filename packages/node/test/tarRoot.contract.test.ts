/**
 * Checks the functions that read on archives of the trees of the contract. The results must be those of Node in a real
 * chroot.
 */
import { archive, unchangeable } from "@procfsroot/testkit/archive"
import { contract, onDisk } from "@procfsroot/testkit/contract"
import { temporary } from "@procfsroot/testkit/temporary"
import { afterAll, describe } from "vitest"
import { disk } from "./edition/edition.js"

describe("openTarRoot", () => {
  const directory = temporary()
  afterAll(() => directory[Symbol.dispose]())
  let archives = 0
  contract(onDisk(
    "pax",
    { ...disk, differences: [unchangeable, ...disk.differences] },
    (root) => disk.archive(archive(root, `${directory.path}/${++archives}`, "pax"))
  ))
})
