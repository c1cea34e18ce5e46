/** Tests who can read and change which extended attributes. The answers are those of Linux 6.18 on ext4. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import { describe, expect, it } from "vitest"
import { fail } from "../src/internal/errno.js"
import { flagsOf } from "../src/internal/openFlags.js"
import { built } from "./handles.js"
import { memoryOf } from "./memory.js"

const owner = { uid: 7, gid: 7 }
const root = { uid: 0, gid: 0 }
const other = { uid: 8, gid: 8 }

const tree: MemoryTree.Tree = {
  "/file": MemoryTree.file("", { mode: 0o644, ...owner }),
  "/open": MemoryTree.file("", { mode: 0o666, ...owner }),
  "/kept": MemoryTree.file("", { mode: 0o1666, ...owner }),
  "/closed": MemoryTree.file("", { mode: 0o600, ...owner }),
  "/dir": MemoryTree.directory({ mode: 0o777, ...owner }),
  "/sticky": MemoryTree.directory({ mode: 0o1777, ...owner }),
  "/fifo": MemoryTree.fifo({ mode: 0o666, ...owner }),
  "/link": MemoryTree.link("target", owner)
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The files of `tree`, each with an attribute of every namespace that it can have. */
const operationsOf = (user: MemoryTree.User) => {
  const { operations, root } = built(tree, user)
  const { extendedAttributes: own, files: { extendedAttributes: ofFiles } } = operations
  if (own === undefined || ofFiles === undefined) throw new Error("there are no extended attributes")
  const nodeOf = (path: string) => operations.child(root, path.slice(1))
  for (const path of Object.keys(tree)) {
    const node = nodeOf(path)
    const isPlain = node._tag === "File" || node._tag === "Directory"
    node.extended = new Map([["trusted.a", bytes("value")], ...isPlain ? [["user.a", bytes("value")] as const] : []])
  }
  return { own, ofFiles, operations, nodeOf }
}

const answerOf = (call: () => Uint8Array | undefined | void): string => {
  try {
    const value = call()
    return value === undefined ? "ok" : new TextDecoder().decode(value)
  } catch (thrown) {
    if (!Errno.isErrno(thrown)) throw thrown
    return thrown.code
  }
}

/** What `getxattr`, `setxattr` and then `removexattr` return. */
const answers = (user: MemoryTree.User, path: string, name: string): string => {
  const { nodeOf, own } = operationsOf(user)
  const node = nodeOf(path)
  return [
    answerOf(() => own.get(node, name) ?? fail("ENODATA")),
    answerOf(() => own.set(node, name, bytes("new"))),
    answerOf(() => own.remove(node, name))
  ].join(" ")
}

const refused = "ENODATA EPERM EPERM"
const all = (code: string) => Array(3).fill(code).join(" ")

/** The answers to the superuser, the owner, and somebody else. */
const table: ReadonlyArray<
  readonly [paths: string, name: string, root: string, owner: string, other: string]
> = [
  ["/file", "user.a", "value ok ok", "value ok ok", "value EACCES EACCES"],
  ["/file", "user.none", "ENODATA ok ok", "ENODATA ok ok", "ENODATA EACCES EACCES"],
  ["/file", "user.", all("EINVAL"), all("EINVAL"), "EINVAL EACCES EACCES"],
  ["/file", "other.a", all("ENOTSUP"), all("ENOTSUP"), "ENOTSUP EACCES EACCES"],
  ["/open /kept /dir", "user.a", "value ok ok", "value ok ok", "value ok ok"],
  ["/open /kept /dir", "user.none", "ENODATA ok ok", "ENODATA ok ok", "ENODATA ok ok"],
  ["/open /kept /dir", "user.", all("EINVAL"), all("EINVAL"), all("EINVAL")],
  ["/open /kept /dir", "other.a", all("ENOTSUP"), all("ENOTSUP"), all("ENOTSUP")],
  ["/closed", "user.a", "value ok ok", "value ok ok", all("EACCES")],
  ["/closed", "user.none", "ENODATA ok ok", "ENODATA ok ok", all("EACCES")],
  ["/closed", "user.", all("EINVAL"), all("EINVAL"), all("EACCES")],
  ["/closed", "other.a", all("ENOTSUP"), all("ENOTSUP"), all("EACCES")],
  ["/sticky", "user.a", "value ok ok", "value ok ok", "value EPERM EPERM"],
  ["/sticky", "user.none", "ENODATA ok ok", "ENODATA ok ok", refused],
  ["/sticky", "user.", all("EINVAL"), all("EINVAL"), "EINVAL EPERM EPERM"],
  ["/sticky", "other.a", all("ENOTSUP"), all("ENOTSUP"), all("ENOTSUP")],
  ["/fifo /link", "user.a", refused, refused, refused],
  ["/fifo /link", "user.", refused, refused, refused],
  ["/fifo /link", "other.a", all("ENOTSUP"), all("ENOTSUP"), all("ENOTSUP")],
  [Object.keys(tree).join(" "), "trusted.a", "value ok ok", refused, refused],
  [Object.keys(tree).join(" "), "trusted.none", "ENODATA ok ok", refused, refused],
  [Object.keys(tree).join(" "), "trusted.", all("EINVAL"), refused, refused],
  ["/file /closed /fifo", "", all("ERANGE"), all("ERANGE"), all("ERANGE")],
  ["/file /closed /fifo", `user.${"n".repeat(251)}`, all("ERANGE"), all("ERANGE"), all("ERANGE")],
  ["/closed", `user.${"n".repeat(250)}`, "ENODATA ok ok", "ENODATA ok ok", all("EACCES")],
  // These exist on a disk. In memory, they are unknown to everybody.
  ["/closed /sticky", "security.a", all("ENOTSUP"), all("ENOTSUP"), all("ENOTSUP")],
  ["/closed /sticky", "system.a", all("ENOTSUP"), all("ENOTSUP"), all("ENOTSUP")]
]

describe("an extended attribute", () => {
  it.each(table)("of %s with the name %s", (paths, name, ...expected) => {
    for (const path of paths.split(" ")) {
      expect([path, ...[root, owner, other].map((user) => answers(user, path, name))]).toEqual([path, ...expected])
    }
  })

  it("in the namespace trusted is listed only for the superuser", () => {
    const listed = [root, owner, other].map((user) => {
      const { nodeOf, own } = operationsOf(user)
      return ["/file", "/closed", "/fifo"].map((path) => own.list(nodeOf(path)))
    })
    const both = ["trusted.a", "user.a"]
    const ofUser = [["user.a"], ["user.a"], []]
    expect(listed).toEqual([[both, both, ["trusted.a"]], ofUser, ofUser])
  })

  it("is missing on a new file", () => {
    const { operations: { child, extendedAttributes, top } } = built({ "/new": "" })
    const node = child(top(), "new")
    expect(extendedAttributes?.list(node)).toEqual([])
    expect(extendedAttributes?.get(node, "user.a")).toBeUndefined()
    expect(answerOf(() => extendedAttributes?.remove(node, "user.a"))).toBe("ENODATA")
  })

  it("has at most 64 KiB", () => {
    const { nodeOf, own } = operationsOf(root)
    const most = new Uint8Array(65_536)
    own.set(nodeOf("/file"), "user.a", most)
    expect(answerOf(() => own.set(nodeOf("/file"), "user.a", new Uint8Array(65_537)))).toBe("E2BIG")
    expect(own.get(nodeOf("/file"), "user.a")).toEqual(most)
  })

  it("is a copy of what was given, and of what is returned", () => {
    const { nodeOf, own } = operationsOf(root)
    const given = bytes("given")
    own.set(nodeOf("/file"), "user.a", given)
    given.fill(0)
    own.get(nodeOf("/file"), "user.a")?.fill(0)
    expect(own.get(nodeOf("/file"), "user.a")).toEqual(bytes("given"))
  })

  it("changes the time of the file, and is reported, unless nothing was changed", () => {
    const memory = memoryOf(tree)
    const { fileSystem: { rootDirectory, stat } } = memory
    const times: Array<number> = []
    const at = (now: number, change: () => void): void => {
      memory.now = now
      answerOf(change)
      times.push(stat("/file").ctimeMs)
    }
    at(1_000, () => rootDirectory.setExtendedAttribute("/file", "user.b", bytes("")))
    at(2_000, () => rootDirectory.removeExtendedAttribute("/file", "user.none"))
    at(3_000, () => rootDirectory.removeExtendedAttribute("/file", "user.b"))
    expect(times).toEqual([1_000, 1_000, 3_000])
  })

  it("of an open file is that of the file, unless it was opened with O_PATH", () => {
    const { nodeOf, ofFiles, operations, own } = operationsOf(owner)
    const file = operations.openInode(nodeOf("/file"), flagsOf("r"))
    expect(ofFiles.get(file, "user.a")).toEqual(bytes("value"))
    expect(ofFiles.list(file)).toEqual(["user.a"])
    ofFiles.set(file, "user.b", bytes("new"))
    ofFiles.remove(file, "user.a")
    expect(own.list(nodeOf("/file"))).toEqual(["user.b"])
    const path = operations.openInode(nodeOf("/file"), flagsOf("path"))
    const codes = [
      () => ofFiles.get(path, "user.b"),
      () => void ofFiles.list(path),
      () => ofFiles.set(path, "user.b", bytes("")),
      () => ofFiles.remove(path, "user.b")
    ].map(answerOf)
    expect(codes).toEqual(Array(4).fill("EBADF"))
  })
})
