/** Where the entries of an archive are placed, including hostile ones, and which are skipped. */
import { expect, it } from "vitest"
import {
  directory,
  end,
  entry,
  file,
  hardLink,
  link,
  names,
  opened,
  pax,
  text,
  using as over,
  written
} from "./archive.js"

it("hostile names stay inside", async () => {
  const parts = [
    file("../../up", "up"),
    file("/absolute", "absolute"),
    file("a//b/./c", "c"),
    file("x/../y/../z", "z"),
    link("out", "../../../etc"),
    file("out/passwd", "inside"),
    link("abs", "/a/b"),
    file("abs/../through", "through"),
    directory(".", 0o711),
    directory("..", 0o722)
  ]
  await over(parts, async (archive) => {
    expect(archive.skipped).toEqual([])
    expect((await names(archive)).toSorted()).toEqual(
      ["a", "a/b", "a/b/c", "a/through", "abs", "absolute", "etc", "etc/passwd", "out", "up", "z"].toSorted()
    )
    expect(await text(archive, "/out/passwd")).toBe("inside")
    expect(archive.fileSystem.realPath("/out/passwd")).toBe("/etc/passwd")
    expect(archive.fileSystem.stat("/").mode).toBe(0o040722)
  })
})

it("later entries replace earlier ones", async () => {
  const parts = [
    file("f", "first"),
    hardLink("second", "f"),
    file("f", "last"),
    file("d/inner/deep", "deep"),
    hardLink("kept", "d/inner/deep"),
    file("d", "no directory"),
    link("l", "f"),
    file("l", "no link"),
    directory("e", 0o700),
    file("e/stays", "stays"),
    directory("e/", 0o755),
    link("dir", "e"),
    directory("dir"),
    hardLink("f", "f")
  ]
  await over(parts, async (archive) => {
    const { fileSystem } = archive
    expect(archive.skipped).toEqual([])
    expect(await names(archive)).toEqual(["d", "dir", "e", "e/stays", "f", "kept", "l", "second"])
    expect([await text(archive, "/f"), await text(archive, "/second")]).toEqual(["last", "first"])
    expect([fileSystem.stat("/f"), fileSystem.stat("/second"), fileSystem.stat("/kept")].map(({ nlink }) => nlink))
      .toEqual([1, 1, 1])
    expect(fileSystem.stat("/e").mode).toBe(0o040755)
    expect([fileSystem.stat("/").nlink, fileSystem.stat("/e").nlink]).toEqual([4, 2])
  })
})

it("entries that cannot be extracted are skipped and listed", async () => {
  const parts = [
    file("f", "f"),
    file("f/below"),
    file("f/../beside"),
    link("loop", "loop"),
    file("loop/below"),
    hardLink("nothing", "missing"),
    hardLink("directory", "/"),
    file("/"),
    file("a/.."),
    file(`${"n".repeat(99)}`),
    pax({ path: "n".repeat(256) }),
    file("long name"),
    pax({ path: "x/".repeat(2_048) }),
    file("long path"),
    pax({ path: "y".repeat(100_000) }),
    file("longer than any path"),
    pax({ path: Buffer.from("nul\0nul") }),
    file("nul"),
    link("empty", ""),
    entry({ name: "sparse", type: "S", content: "data" }),
    pax({ "GNU.sparse.major": "1", "GNU.sparse.name": "named", "GNU.sparse.realsize": "4" }),
    file("GNUSparseFile.0/named", "data"),
    entry({ name: "volume", type: "M", content: "rest" }),
    file("last", "last")
  ]
  await over(parts, async (archive) => {
    expect(await names(archive)).toEqual(["f", "last", "loop", "n".repeat(99)])
    expect(archive.skipped.map(({ path }) => path.slice(0, 20))).toEqual([
      "f/below",
      "f/../beside",
      "loop/below",
      "nothing",
      "directory",
      // `/` is not in the list: a name that ends in a slash is that of a directory.
      "a/..",
      "n".repeat(20),
      "x/".repeat(10),
      "y".repeat(20),
      "nul\0nul",
      "empty",
      "sparse",
      "named",
      "volume"
    ])
    expect(archive.skipped.every(({ path, why }) => path.length <= 4_096 && why.length > 10)).toBe(true)
    expect(await text(archive, "/last")).toBe("last")
  })
})

it("an archive that ends after an extended header is truncated", async () => {
  using archive = written(file("f"), pax({ path: "lost" }), end)
  await expect(opened(archive.path)).rejects.toMatchObject({ reason: expect.stringContaining("truncated") })
})
