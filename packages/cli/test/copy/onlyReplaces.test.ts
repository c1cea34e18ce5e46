/** Copies to a file system without hard links, in which every rename replaces a file, such as exFAT by FUSE. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { startFuse } from "@procfsroot/testkit/fuse"
import { without } from "@procfsroot/testkit/judges"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { copying, openBox } from "./boxes.js"

const WHY =
  /^--no-overwrite needs hard links, or renames that replace nothing, which are not possible there \((EPERM|ENOSYS)\)$/

describe.skipIf(without("fuse")).each(["auto", "none"] as const)("with native calls: %s", (native) => {
  it("with --no-overwrite, nothing is copied, and the reason says why", async () => {
    await using fuse = await startFuse()
    await using box = await openBox({ native })
    const [source, copies] = [`${box.path}/from/tree`, `${fuse.path}/onlyReplaces`]
    Fs.mkdirSync(source)
    Fs.writeFileSync(`${source}/new`, "new")
    Fs.writeFileSync(`${source}/old`, "new")
    Fs.writeFileSync(`${copies}/old`, "old")
    await using to = await openRoot(fuse.path, { native })
    const { events, summary } = await copying({ ...box, to }, "/tree/.", "/onlyReplaces", { overwrite: false })
    expect(summary).toMatchObject({ copied: 0, failed: 1, kept: 1 })
    expect(events).toContainEqual({ type: "failed", path: "/tree/./new", bytes: 0, why: expect.stringMatching(WHY) })
    expect(Fs.readdirSync(copies)).toEqual(["old"])
  })

  it("a new directory is copied nevertheless, since nothing in it could be replaced", async () => {
    await using fuse = await startFuse()
    await using box = await openBox({ native })
    Fs.mkdirSync(`${box.path}/from/tree`)
    Fs.writeFileSync(`${box.path}/from/tree/file`, "")
    await using to = await openRoot(`${fuse.path}/onlyReplaces`, { native })
    const { summary } = await copying({ ...box, to }, "/tree", "/copy", { overwrite: false })
    expect(summary).toMatchObject({ copied: 2, failed: 0 })
    expect(Fs.readdirSync(`${fuse.path}/onlyReplaces/copy`)).toEqual(["file"])
  })
})
