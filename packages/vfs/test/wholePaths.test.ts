/** If the system resolves whole paths, it is asked first. A walk finds what it does not report. */
import { MISSING } from "@procfsroot/vfs/InodeOperations"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import { expect, it } from "vitest"
import { failure, type Fs, options } from "./failing.js"
import { built, type Handle, Held, type Operations } from "./handles.js"

const tree: MemoryTree.Tree = { "/d/f": "text", "/d/l": MemoryTree.link("f") }

type Change = (operations: Operations<Handle>) => Partial<Operations<Handle>>

/** Returns how an operation ended, and the calls that it made. */
const calls = (run: (fs: Fs) => void, change: Change = () => ({})): ReadonlyArray<unknown> => {
  const made: Array<string> = []
  const { operations } = new Held(built(tree), "path", (name) => made.push(name))
  const fs = FileSystem.make({ ...operations, ...change(operations) }, options)
  const [code] = failure(run, fs)
  return [code, ...made.filter((name) => ["lookup", "missing", "open", "openInode", "openPath"].includes(name))]
}

it("a file is opened in one call", () => {
  expect(calls((fs) => void fs.open("/d/l", "r", 0))).toEqual(["ok", "openPath"])
  expect(calls((fs) => void fs.open("/d/f", "r", 0, true))).toEqual(["ok", "openPath"])
  expect(calls((fs) => void fs.open("/d/l", "r", 0, true))).toEqual(["ELOOP", "openPath", "open"])
  expect(calls((fs) => void fs.stat("/d/l"))).toEqual(["ok", "open"])
  expect(calls((fs) => void fs.exists("/d/none"))).toEqual(["ok", "open"])
})

it("the system reports which name is missing", () => {
  expect(calls((fs) => void fs.open("/none/f", "r", 0))).toEqual(["ENOENT", "openPath", "missing"])
  expect(calls((fs) => void fs.stat("/none/f"))).toEqual(["ENOENT", "open", "missing"])
})

it("a walk finds all other reasons", () => {
  expect(calls((fs) => void fs.stat("/d/f/x"))).toEqual(["ENOTDIR", "open", "lookup", "lookup"])
  // It was missing, and now exists.
  const appeared: Change = () => ({ open: () => MISSING, openPath: () => MISSING, missing: () => undefined })
  expect(calls((fs) => void fs.stat("/d/f"), appeared)).toEqual(["ok", "lookup", "lookup"])
  expect(calls((fs) => void fs.open("/d/f", "r", 0), appeared)).toEqual(["ok", "lookup", "lookup", "openInode"])
  expect(calls((fs) => void fs.mkdir("/d/new", 0o777), appeared)).toEqual(["ok", "lookup"])
  const without = (run: (fs: Fs) => void) => {
    const { missing: _, ...rest } = new Held(built(tree), "path", () => {}).operations
    return failure(run, FileSystem.make(rest, options))[0]
  }
  expect([without((fs) => void fs.open("/none", "r", 0)), without((fs) => void fs.stat("/none"))])
    .toEqual(["ENOENT", "ENOENT"])
})
