/** What the kernel's answer is worth where somebody moves the file between the opening and the question where it is. */
import { describe, expect, it } from "@effect/vitest"
import * as Policy from "@procfsroot/path/Policy"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { mkdirSync, openSync, renameSync, writeFileSync } from "node:fs"
import { KernelRoot } from "../../node/src/internal/openat2/kernelRoot.js"
import type { Openat2 } from "../../node/src/internal/native/openat2.js"
import { load } from "./binding.js"
import { flags, PinnedRoot } from "../../node/src/internal/pinnedRoot.js"

const openat2 = load()

/** Resolves `./x` in the root `a`, while `x` becomes `to` as soon as the kernel has opened it. */
const answerWhenMoved = (real: Openat2, to: string): string | undefined => {
  using directory = temporary()
  const place = (name: string) => `${directory.path}/${name}`
  for (const name of ["a", "ab", "b"]) mkdirSync(place(name))
  writeFileSync(place("a/x"), "")
  using root = new PinnedRoot(openSync(place("a"), flags), true)
  const open: Openat2["open"] = (at, call) => {
    const fd = real.open(at, call)
    renameSync(place("a/x"), place(to))
    return fd
  }
  using kernel = new KernelRoot(root, { ...real, open })
  return kernel.resolve("./x", Policy.defaultPolicy)
}

describe.skipIf(without("openat2"))(
  "a file that is moved while it is resolved",
  () => {
    const answer = (to: string) => openat2 === undefined ? expect.fail("there is koffi") : answerWhenMoved(openat2, to)

    it("within the root, is where it is now", () => {
      expect(answer("a/y")).toBe("/y")
    })

    it("out of the root, is no answer", () => {
      expect(answer("b/x")).toBeUndefined()
    })

    it("into a directory whose name only begins as the root's, is no answer", () => {
      expect(answer("ab/x")).toBeUndefined()
    })
  }
)
