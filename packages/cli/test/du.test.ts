import { without } from "@procfsroot/testkit/judges"
import { bindMount, mountedTemporary } from "@procfsroot/testkit/mounts"
import { temporary } from "@procfsroot/testkit/temporary"
import { mkdirSync, writeFileSync } from "node:fs"
import { afterAll, describe, expect, it } from "vitest"
import { lines, run } from "./command.js"
import { plain, printed } from "./plain.js"

describe("du", () => {
  const tree = plain()
  afterAll(() => tree[Symbol.dispose]())

  it.for([
    "tree",
    "-a tree",
    "-s tree etc",
    "-h tree",
    "-ah .",
    "-sh tree/one tree",
    "tree/one/. tree tree/link",
    "-a tree/one/// etc//."
  ])(
    "%s prints the same as GNU du",
    (words) => {
      // Which of several names of a file is counted depends on the order of the directory.
      const sizes = (text: string) =>
        lines(text).filter((line) => !/(again|size10240|two|tree\/one)$/.test(line)).toSorted()
      expect(sizes(printed(`$bin du --root . ${words}`, tree.path))).toEqual(sizes(printed(`du ${words}`, tree.path)))
    }
  )

  it("counts a file with several names once", () => {
    expect(printed("$bin du --root . -s tree/one/two/again tree/again tree/one", tree.path))
      .toBe(printed("du -s tree/one/two/again tree/again tree/one", tree.path))
  })

  it.skipIf(without("root"))("-x leaves out other file systems", () => {
    using box = mountedTemporary()
    mkdirSync(`${box.path}/here/there`, { recursive: true })
    writeFileSync(`${box.path}/here/file`, "x".repeat(9_000))
    using other = temporary()
    writeFileSync(`${other.path}/large`, "x".repeat(90_000))
    bindMount(other.path, `${box.path}/here/there`)
    const sizes = (text: string) => lines(text).toSorted()
    for (const words of ["-x .", "-ax .", "--one-file-system here here/there"]) {
      expect(sizes(printed(`$bin du --root . ${words}`, box.path))).toEqual(sizes(printed(`du ${words}`, box.path)))
    }
  })

  it.skipIf(without("root"))("counts a directory that is mounted twice like GNU du", () => {
    using box = mountedTemporary()
    for (const name of ["d/e", "again"]) mkdirSync(`${box.path}/here/${name}`, { recursive: true })
    writeFileSync(`${box.path}/here/d/e/file`, "x".repeat(9_000))
    bindMount(`${box.path}/here/d`, `${box.path}/here/again`)
    const sizes = (text: string) => lines(text).toSorted()
    for (const words of ["here", "here/d here"]) {
      expect(sizes(printed(`$bin du --root . ${words}`, box.path))).toEqual(sizes(printed(`du ${words}`, box.path)))
    }
  })

  it("prints two slashes, which are another root for POSIX", () => {
    expect(printed("$bin du --root . -s //", tree.path)).toMatch(/^\d+\t\/\/\n$/)
    expect(printed("$bin du --root . -s ///", tree.path)).toMatch(/^\d+\t\/\n$/)
  })

  it("refuses -a with -s", () => {
    expect(run(["du", "--root", tree.path, "-as"])).toMatchObject({
      status: 2,
      stderr: "Only one of -a and -s can be given.\n"
    })
  })
})
