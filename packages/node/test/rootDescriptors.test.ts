/** A root that calls `openat2` opens the directory that lists descriptors. It is closed with the root. */
import { without } from "@procfsroot/testkit/judges"
import { readdirSync, readlinkSync } from "node:fs"
import { constants } from "node:os"
import { expect, it } from "vitest"
import { load } from "../src/internal/native/binding.js"
import type { Openat2 } from "../src/internal/native/openat2.js"
import { open, openAt } from "../src/internal/root.js"
import { nativeCalls } from "./nativeCalls.js"
import { thrown } from "./rejection.js"

const isOpen = (fd: string): boolean => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`) === `/proc/${process.pid}/fd`
  } catch {
    return false // closed by now
  }
}

/** How many more of these descriptors there are after `use`, which does not wait: other threads can open some too. */
const leftBy = (use: () => void): number => {
  const opened = () => readdirSync("/proc/self/fd").filter(isOpen).length
  const before = opened()
  use()
  return opened() - before
}

const { EMFILE, ENOSYS } = constants.errno

it.skipIf(without(nativeCalls, "openat2"))("is closed, also if openat2 is refused", () => {
  const { openat2 } = load()
  if (openat2 === undefined) return expect.unreachable()
  const opening = (calls: Partial<Openat2>) => open("/", { bind: () => ({ openat2: { ...openat2, ...calls } }) })
  const openedAndClosed = (calls: Partial<Openat2>) => {
    const root = opening(calls)
    openAt(root.value.pinned.fd, root.value).close()
    root.close()
  }
  expect(leftBy(() => openedAndClosed({}))).toBe(0)
  expect(leftBy(() => openedAndClosed({ open: () => -ENOSYS }))).toBe(0)
  const failing = () => expect(thrown(() => opening({ open: () => -EMFILE }))).toMatchObject({ code: "EMFILE" })
  expect(leftBy(failing)).toBe(0)
})
