/** Which names a walk by path looks up. */
import { defaultPolicy } from "@procfsroot/path/Policy"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Protection from "@procfsroot/vfs/Protection"
import { mkdirSync, symlinkSync } from "node:fs"
import { expect, it } from "vitest"
import { fsCalls } from "../src/internal/procfs/lookupCalls.js"
import { walkSync } from "../src/internal/walk/walkRoot.js"

const unprotected = () => Protection.make({ symlinks: 0, regular: 0, fifos: 0, unmapped: undefined }, () => 0)

const denying = () => Object.assign(unprotected(), { concernsLink: () => true, deniesLink: () => true })

/** Walks a path in a directory with these links, and records the paths that are looked up. */
const walked = (links: Readonly<Record<string, string>>, path: string, protection: Protection.Protection) => {
  using directory = temporary()
  const base = directory.path
  mkdirSync(`${base}/a/b/c`, { recursive: true })
  for (const [place, target] of Object.entries(links)) symlinkSync(target, base + place)
  const asked: Array<string> = []
  const lstat = (place: string) => {
    asked.push(place.slice(base.length))
    return fsCalls.lstat(place)
  }
  return {
    outcome: walkSync({ base, mount: 0n, calls: { ...fsCalls, lstat }, protection }, path, defaultPolicy),
    asked
  }
}

it("looks up a directory again only until the first link", () => {
  const links = { "/a/b/first": "/a/b/second", "/a/b/second": "/a/b/../b/c" }
  const { asked, outcome } = walked(links, "/a/b/first", unprotected())
  expect(outcome).toMatchObject({ _tag: "Resolved" })
  expect(asked).toEqual(["/a", "/a/b", "/a/b/first", "/a", "/a/b", "/a/b/second", "/a/b/.", "/a/b/c"])
})

it("looks up a link again, since it may not be followed as the last component", () => {
  expect(walked({ "/l": "a" }, "/l/../l/b", denying()).outcome).toMatchObject({ _tag: "Resolved" })
  expect(walked({ "/l": "a" }, "/l/../l", denying()).outcome).toMatchObject({
    _tag: "Failed",
    at: "/l",
    reason: { _tag: "Fault", cause: { code: "EACCES" } }
  })
})
