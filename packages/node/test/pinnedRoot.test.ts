/** A root that a program keeps after it has closed its handle. */
import { defaultPolicy } from "@procfsroot/path/Policy"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type { Outcome, Unresolved } from "@procfsroot/path/Walk"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Errno from "@procfsroot/vfs/Errno"
import { closeSync, mkdirSync, openSync, renameSync } from "node:fs"
import { expect, it } from "vitest"
import { bindFor } from "../src/internal/native/binding.js"
import { flags } from "../src/internal/pinnedRoot.js"
import { open } from "../src/internal/root.js"

/** The errno with which a walk fails, or why else it ends. */
const codeOf = (walk: () => Outcome<unknown> | RootedPath | Unresolved): unknown => {
  try {
    const outcome = walk()
    if (typeof outcome === "string" || outcome._tag === "Resolved") return "Resolved"
    return outcome.reason._tag === "Fault" ? Errno.inError(outcome.reason.cause) : outcome.reason._tag
  } catch (error) {
    return Errno.inError(error)
  }
}

it.each(["auto", "none"] as const)("does not use its descriptor, which another directory can have: %s", (native) => {
  using directory = temporary()
  const place = (name: string) => `${directory.path}/${name}`
  for (const name of ["box", "other/d"]) mkdirSync(place(name), { recursive: true })
  const handle = open(place("box"), { bind: bindFor({ native }) })
  const root = handle.value
  const batch = root.batch(10)
  // Its path does not lead to it either.
  renameSync(place("box"), place("renamed"))
  handle.close()
  // One of them has the number of the closed descriptor.
  const others = Array.from({ length: 4 }, () => openSync(place("other"), flags))
  const ways = [
    () => root.resolve("/d", defaultPolicy),
    () => root.walk("/d", defaultPolicy),
    () => batch.walkSome(["/d"], 0, defaultPolicy, (_, outcome) => outcome)[0] ?? expect.unreachable()
  ]
  const codes = ways.map(codeOf)
  for (const fd of others) closeSync(fd)
  expect(codes).toEqual(["EBADF", "EBADF", "EBADF"])
})
