/** A link that is replaced between the system calls of one lookup. */
import { temporary } from "@procfsroot/testkit/temporary"
import * as Protection from "@procfsroot/vfs/Protection"
import { rmSync, symlinkSync, writeFileSync } from "node:fs"
import { expect, it } from "vitest"
import { fsCalls } from "../src/internal/procfs/lookupCalls.js"
import { dentry } from "../src/internal/walk/dentry.js"
import { always, look } from "../src/internal/walk/lookup.js"

const protection = Protection.make({ symlinks: 0, regular: 0, fifos: 0, unmapped: undefined }, () => 0)

/** Looks up a link that `replace` replaces just before its text is read. */
const lookedWhile = (replace: (path: string) => void) => {
  using directory = temporary()
  const path = `${directory.path}/l`
  symlinkSync("f", path)
  const handle = dentry(undefined, path)
  const readlink = (place: string): string => {
    replace(place)
    return fsCalls.readlink(place)
  }
  const name = { path, handle, directory: dentry(undefined, directory.path) }
  return look({ calls: { ...fsCalls, readlink }, protection }, name, always)
}

it("is what has replaced it, and not a link that cannot be read", () => {
  expect(lookedWhile((path) => {
    rmSync(path)
    writeFileSync(path, "")
  })).toMatchObject({ _tag: "Other" })
  expect(lookedWhile((path) => rmSync(path))).toEqual({ _tag: "Missing" })
})

it("is looked up again until its text can be read", () => {
  let times = 0
  const found = lookedWhile((path) => {
    if (++times === 1) throw Object.assign(new Error("EINVAL"), { code: "EINVAL" })
    rmSync(path)
    symlinkSync("other", path)
  })
  expect(found).toMatchObject({ _tag: "SymbolicLink", target: "other" })
})
