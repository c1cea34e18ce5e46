/** Operations of which one system call fails: each in turn. */
import * as Errno from "@procfsroot/vfs/Errno"
import type { FileSystem } from "@procfsroot/vfs/FileSystem"
import * as Program from "@procfsroot/vfs/Program"
import { descriptors } from "@procfsroot/testkit/descriptors"
import { judge, without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { make } from "../src/internal/fileSystem/fileSystem.js"
import { waitingHere } from "../src/internal/fileSystem/pooled.js"
import { load } from "../src/internal/native/binding.js"
import { procfsCalls } from "../src/internal/procfs/systemCalls.js"
import { open } from "../src/internal/root.js"
import type { SystemCalls } from "../src/internal/systemCalls.js"

/** So many that an operation closes some directories until it needs them again. */
const LEVELS = 36

const deep = "/d".repeat(LEVELS)

const bytes = new TextEncoder().encode("new")

type Run = (fs: FileSystem<number>) => Program.Program<unknown> | string | void

/** Reads every entry of a tree. The walk itself goes on after a directory that cannot be listed. */
const walk = function*(fs: FileSystem<number>): Program.Program<void> {
  const entries = fs.rootDirectory.walkTree("/")
  try {
    for (let part = yield* entries.next(); part.length > 0; part = yield* entries.next()) {
      for (const { unreadable } of part) if (unreadable !== undefined) throw Errno.make(unreadable)
    }
  } finally {
    yield* entries.close()
  }
}

const operations: ReadonlyArray<readonly [name: string, run: Run]> = [
  ["read a file", (fs) => fs.readFile(`${deep}/f`)],
  ["follow `..`", (fs) => fs.readFile(`${deep}${"/..".repeat(LEVELS - 1)}/f`)],
  ["write a file", (fs) => fs.rootDirectory.writeFileAtomic("/d/l", bytes, { keepMode: true })],
  ["copy a file", (fs) => fs.copyFile("/d/f", "/new")],
  ["copy a tree", (fs) => fs.copy("/d", "/new")],
  ["walk a tree", walk],
  ["remove a tree", (fs) => fs.remove("/d", { recursive: true })],
  ["create directories", (fs) => fs.makeDirectories(`${deep}/new/x`, 0o777)]
]

/** They cannot fail, or another call is made if they do. */
const silent = ["close", "forbidsLinks", "listNow", "listOnPool", "magic", "namesNow", "readNow", "writeNow"]

const isCalled = (entry: [string, unknown]): entry is [string, (...args: ReadonlyArray<unknown>) => unknown] =>
  typeof entry[1] === "function" && !silent.includes(entry[0])

/** Makes each system call begin with `step`, while `use` runs. */
const withSteps = (calls: SystemCalls, step: () => void, use: () => void): void => {
  const before = { ...calls }
  for (const [name, call] of Object.entries<unknown>(before).filter(isCalled)) {
    const stepping = (...args: ReadonlyArray<unknown>): unknown => {
      step()
      return call(...args)
    }
    Object.assign(calls, { [name]: stepping })
  }
  try {
    use()
  } finally {
    Object.assign(calls, before)
  }
}

const codeOf = (run: Run, fs: FileSystem<number>): string => {
  try {
    const running = run(fs)
    if (typeof running === "object") waitingHere(() => Program.runSync(running))
    return "ok"
  } catch (thrown) {
    if (Errno.isErrno(thrown)) return thrown.code
    throw thrown
  }
}

/** Creates what the last operation has changed. */
const prepare = (path: string): void => {
  Fs.mkdirSync(path + deep, { recursive: true })
  for (const name of [`${deep}/f`, "/d/f"]) Fs.writeFileSync(path + name, "old")
  if (!Fs.existsSync(`${path}/d/l`)) Fs.symlinkSync("f", `${path}/d/l`)
  for (const name of [`${deep}/new`, "/new"]) Fs.rmSync(path + name, { recursive: true, force: true })
}

/** Names that an operation should have removed. */
const leftIn = (path: string): ReadonlyArray<string> =>
  Fs.existsSync(`${path}/d`) ? Fs.readdirSync(`${path}/d`).filter((name) => name.startsWith(".procfsroot-")) : []

/** Lets each call of an operation fail with EIO, one after the other. Returns what it reports, and what it leaves. */
const failing = (calls: SystemCalls, run: Run) => {
  using place = temporary()
  // Not by `openat2`, so that every lookup makes these calls.
  const root = open(place.path, { bind: () => ({ openat2: undefined, reason: "a test" }) })
  Object.defineProperty(root.value, "calls", { value: calls })
  const fs = make(root)
  const before = descriptors()
  const codes = new Set<string>()
  const left: Array<unknown> = []
  for (let at = 0;; at++) {
    prepare(place.path)
    let made = 0
    const step = () => {
      if (made++ === at) throw Errno.make("EIO")
    }
    withSteps(calls, step, () => codes.add(codeOf(run, fs)))
    const open = descriptors() - before
    if (open > 0 || leftIn(place.path).length > 0) left.push({ at, open, names: leftIn(place.path) })
    if (made <= at) break
  }
  root.close()
  return { codes: [...codes], left }
}

const { openat2 } = load()

const noCalls = judge(() => openat2 === undefined ? "there are no native calls here" : undefined)

const suite = (calls: SystemCalls) =>
  it.each(operations)("report a call that fails, and leave nothing open: %s", (_, run) => {
    // At last, no call fails.
    expect(failing(calls, run)).toEqual({ codes: ["EIO", "ok"], left: [] })
  })

describe("operations with system calls by procfs", () => {
  suite(procfsCalls)
})

describe.skipIf(without(noCalls))("operations with native system calls", () => {
  suite(openat2?.calls ?? procfsCalls)
})

it.skipIf(without(noCalls)).each(
  [["EIO", "native"], ["ESTALE", "native"], ["EPERM", "procfs"], ["ENOSYS", "procfs"]] as const
)("a root whose first call fails with %s makes its calls by %s", (code, expected) => {
  if (openat2 === undefined) return
  // Both are `statx`.
  const statx = (): never => {
    throw Errno.make(code)
  }
  const calls = { ...openat2.calls, fstat: statx, lstat: statx }
  const root = open("/", { bind: () => ({ openat2: { ...openat2, calls } }) })
  expect(root.value.calls).toBe(expected === "native" ? calls : procfsCalls)
  root.close()
})
