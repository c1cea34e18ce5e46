/** Lists directories whose names disappear while their types are looked up, and one that is interrupted. */
import { type OpenRoot, openRoot, type Options } from "@procfsroot/node/OpenRoot"
import { startFuse } from "@procfsroot/testkit/fuse"
import { judge, onlyOnNode, without } from "@procfsroot/testkit/judges"
import { describe, expect, it } from "vitest"

const NAMES = 1_098

const typing = onlyOnNode("only Node looks up the types of names that a file system lists without types")

describe.skipIf(without("fuse", typing))("a list in parts has all names that are left", () => {
  it.each(
    [
      [{}, NAMES + 2],
      [{ native: "none" }, NAMES],
      [{ native: "none", offMainThread: true }, NAMES]
    ] as const
  )("%o", async (options, expected) => {
    await using fuse = await startFuse()
    await using root = await openRoot(fuse.path, options)
    const streamed: Array<string> = []
    for await (const { name } of root.directory.streamDirectoryEntries("/vanishing")) streamed.push(name)
    expect(streamed.length).toBe(expected)
    expect(new Set(streamed).size).toBe(expected === NAMES ? NAMES : NAMES + 1)
    const walked: Array<string> = []
    for await (const { name } of root.directory.walkTree("/vanishing", { maxRemembered: 10_000 })) walked.push(name)
    expect(walked.length).toBe(expected)
  })
})

const listings = {
  streamDirectoryEntries: ({ directory }) => directory.streamDirectoryEntries("/interruptedList"),
  walkTree: ({ directory }) => directory.walkTree("/interruptedList", { maxRemembered: 10_000 }),
  readDirectoryEntries: ({ directory }) => directory.readDirectoryEntries("/interruptedList"),
  opendir: ({ promises }) => promises.opendir("/interruptedList")
} satisfies Readonly<Record<string, (root: OpenRoot) => unknown>>

const ways: ReadonlyArray<Options> = [{}, { native: "none" }, { native: "none", offMainThread: true }]

const restarting = judge(() => "Bun" in globalThis ? "Bun reports EINTR" : undefined)

describe.skipIf(without("fuse", restarting))("a list that is interrupted in many places has all names", () => {
  it.each(
    Object.entries(listings).flatMap(([name, list]) => ways.map((options) => [name, options, list] as const))
  )("%s, %o", async (_, options, list) => {
    await using fuse = await startFuse()
    await using root = await openRoot(fuse.path, options)
    const found: Array<unknown> = []
    for await (const { name } of await list(root)) found.push(name)
    expect(found.length).toBe(8_000)
    expect(new Set(found).size).toBe(8_000)
  })
})
