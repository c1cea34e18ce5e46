/** Lists directories of a file system that does not list types (`d_type` in `readdir(3)`), or not even names. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { descriptors } from "@procfsroot/testkit/descriptors"
import { startFuse } from "@procfsroot/testkit/fuse"
import { onlyOnNode, without } from "@procfsroot/testkit/judges"
import { describe, expect, it } from "vitest"
import { DirectoryParts } from "../src/internal/fileSystem/parts.js"

const types: ReadonlyArray<readonly [name: string, type: string]> = [
  ["plain", "File"],
  ["\u00e9", "Directory"],
  ["\udcff", "File"]
]

const opens = onlyOnNode("only Node keeps a directory open while it reads it")

describe.skipIf(without("fuse"))("a directory without types", () => {
  it.each(["auto", "none"] as const)("is listed with the types of the files, by native calls: %s", async (native) => {
    await using fuse = await startFuse()
    await using root = await openRoot(fuse.path, { native })
    const listed = await root.promises.readdir("/untyped", { withFileTypes: true })
    const typed = listed.map((entry) => [entry.name, entry.isDirectory() ? "Directory" : entry.isFile() ? "File" : ""])
    expect(typed.toSorted()).toEqual(types.toSorted()) // without native calls, Bun does not sort them
    const walked = []
    for await (const { name } of root.directory.walkTree("/untyped")) walked.push(name)
    expect(walked).toEqual(types.map(([name]) => name))
    const read = []
    for await (const { name } of root.directory.streamDirectoryEntries("/untyped")) read.push(name)
    expect(read.toSorted()).toEqual(types.map(([name]) => name).toSorted())
  })

  it.skipIf(without(opens))("is open once while it is read in parts", async () => {
    await using fuse = await startFuse()
    const before = descriptors()
    const parts = new DirectoryParts(`${fuse.path}/untyped`, false)
    const open = descriptors()
    parts.closeNow()
    expect([open, descriptors()]).toEqual([before + 1, before])
  })

  it.each(["auto", "none"] as const)("may list a type for some names only, by native calls: %s", async (native) => {
    await using fuse = await startFuse()
    await using root = await openRoot(fuse.path, { native })
    const listed = await root.directory.readDirectoryEntries("/partlyTyped")
    expect(listed.toSorted((a, b) => a.name < b.name ? -1 : 1)).toEqual([
      { name: "\u00c3\u00a9", type: "File" },
      { name: "\u00e9", type: "Directory" }
    ])
  })
})

const lists = onlyOnNode("only Node lists an empty name: Bun reports EIO")

describe.skipIf(without("fuse")).each(["auto", "none"] as const)("a directory with an empty name", (native) => {
  it.skipIf(native === "none" && without(lists))(`does not lead to itself, by native calls: ${native}`, async () => {
    await using fuse = await startFuse()
    await using root = await openRoot(fuse.path, { native })
    const signal = AbortSignal.timeout(10_000)
    expect(await root.promises.readdir("/nameless", { recursive: true, signal })).toEqual([""])
    const walked = []
    for await (const { path, unreadable } of root.directory.walkTree("/nameless", { signal })) {
      walked.push([path, unreadable])
    }
    expect(walked).toEqual([["", "ENOENT"]])
    await expect(root.promises.cp("/nameless", "/noSync", { recursive: true, signal })).rejects.toMatchObject({
      code: "ENOENT"
    })
  })
})
