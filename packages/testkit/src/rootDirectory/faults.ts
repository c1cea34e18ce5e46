/** Tests that each operation of a root's directory in memory is recorded, and fails if a fault says so. */
import { expect, it } from "vitest"
import { closing } from "../closing.js"
import { PlainFailure, type PlainRootDirectory, type PortableEdition } from "../edition.js"
import { directoryOf, inOrder, outcome } from "./world.js"

const calls = {
  getExtendedAttribute: (directory, path) => directory.getExtendedAttribute(path, "user.a"),
  lchown: (directory, path) => directory.lchown(path, 1, 1),
  listExtendedAttributes: (directory, path) => directory.listExtendedAttributes(path),
  lstat: (directory, path) => directory.lstat(path),
  lutimes: (directory, path) => directory.lutimes(path, 1, 1),
  makeNode: (directory, path) => directory.makeNode(path, { type: "FIFO" }),
  openDescriptor: (directory, path) => directory.openDescriptor(path),
  readDirectoryEntries: (directory, path) => directory.readDirectoryEntries(path),
  readFileBounded: (directory, path) => directory.readFileBounded(path, { maxBytes: 9 }),
  removeExtendedAttribute: (directory, path) => directory.removeExtendedAttribute(path, "user.a"),
  rename: (directory, path) => directory.rename(path, "/new", { mode: "noreplace" }),
  setExtendedAttribute: (directory, path) => directory.setExtendedAttribute(path, "user.a", new Uint8Array(1)),
  stat: (directory, path) => directory.stat(path),
  statfs: (directory, path) => directory.statfs(path),
  streamDirectoryEntries: (directory, path) => directory.streamDirectoryEntries(path),
  subRoot: (directory, path) => directory.subRoot(path),
  walkTree: (directory, path) => directory.walkTree(path),
  writeFileAtomic: (directory, path) => directory.writeFileAtomic(path, new Uint8Array(1))
} satisfies {
  readonly [
    // The edition with promises has no function for `sinkAtomic` alone.
    M in Exclude<keyof PlainRootDirectory, "sinkAtomic">
  ]: (directory: PlainRootDirectory, path: string) => Promise<unknown>
}

const attributes = { uid: 0, gid: 0, mtime: new Date(0) }
const tree = { "/d/f": "x", "/way": { type: "SymbolicLink", target: "/d", ...attributes } } as const

export const directoryFaults = ({ memory }: PortableEdition): void => {
  it.each(Object.entries(calls) as ReadonlyArray<[keyof typeof calls, (typeof calls)["stat"]]>)( // its own keys
    "strikes %s of a root's directory, and the failure is recorded",
    (method, call) =>
      closing(memory(tree, { faults: [{ path: "/d/f", method, code: "ETIMEDOUT" }] }), async (opened) => {
        const directory = directoryOf(opened)
        const before = await opened.snapshot()
        const failure: unknown = await call(directory, "/way/f").catch((error: unknown) => error)
        expect(failure).toBeInstanceOf(PlainFailure)
        expect(failure).toMatchObject({ code: "ETIMEDOUT", method, pathOrDescriptor: "/way/f" })
        expect(await opened.snapshot()).toEqual(before)
        await opened.expectOperations([
          {
            method,
            path: "/way/f",
            outcome: "failed",
            code: "ETIMEDOUT",
            ...(method === "rename" ? { to: "/new" } : {})
          }
        ])
      })
  )

  it.each(["write", "fsync", "close", "rename"] as const)(
    "strikes the step %s of an atomic write in parts",
    (step) =>
      closing(memory(tree, { faults: [{ method: "sinkAtomic", step, code: "EIO" }] }), async (opened) => {
        const part = () => new Uint8Array(1)
        expect(await outcome(directoryOf(opened).sinkAtomic("/d/f", inOrder(part, part)))).toBe("EIO")
        expect(await opened.snapshot()).toMatchObject({ "/d/f": { content: "x" } })
        expect(Object.keys(await opened.snapshot()).toSorted()).toEqual(["/", "/d", "/d/f", "/way"])
      })
  )

  it("of a tree also strikes in a root inside it, and both have the same journal", () =>
    closing(memory(tree, { faults: [{ path: "/d/f", method: "readFile", code: "EIO" }] }), async (opened) => {
      await closing(directoryOf(opened).subRoot("/d"), async (inside) => {
        expect(await outcome(inside.fs.readFile("/f"))).toBe("EIO")
        await inside.fs.writeFileString("/f", "y")
        expect((await directoryOf(inside).stat("/f")).mtimeNs).toBeGreaterThan(0n)
        await opened.inject([{ path: "/d/f", step: "lookup", code: "ESTALE" }])
        expect(await inside.root.resolve("/f")).toMatchObject({ error: { tag: "LookupFailed", at: "/f" } })
      })
      const root = "/d"
      await opened.expectOperations([
        { method: "subRoot", path: "/d" },
        { method: "readFile", path: "/f", root, code: "EIO" },
        { method: "writeFileString", path: "/f", root, written: 1 },
        { method: "stat", path: "/f", root },
        { method: "resolve", path: "/f", root }
      ])
    }))
}
