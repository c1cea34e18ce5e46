/** Tests archives that try to reach files outside of the destination. */
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { lines, run } from "../command.js"
import { listed } from "./archives.js"
import { archive, type Header } from "./library.js"
import { eachPlace } from "./place.js"

const place = eachPlace()
const { at } = place

const unpack = (input: Uint8Array, ...options: ReadonlyArray<string>) => run(["cp", ...options, "-", at("to")], input)

describe("hostile archives", () => {
  const file = (name: string): readonly [Header, string] => [{ name, type: "file" }, "bad"]
  const link = (name: string, linkname: string): readonly [Header] => [{ name, type: "symlink", linkname }]
  const hardLink = (name: string, linkname: string): readonly [Header] => [{ name, type: "link", linkname }]

  /** Unpacks an archive, and checks that nothing outside has changed and that the good file was created. */
  const refused = async (...entries: ReadonlyArray<readonly [Header, string?]>) => {
    const before = listed(place.path).filter((line) => !line.startsWith("to"))
    const { status, stderr } = unpack(await archive(...entries, file("good")))
    expect(listed(place.path).filter((line) => !line.startsWith("to"))).toEqual(before)
    expect(Fs.readFileSync(at("secret"), "utf8")).toBe("outside")
    expect(Fs.readFileSync(at("to/good"), "utf8")).toBe("bad")
    expect(Fs.readdirSync(at("to")).filter((name) => name.startsWith("."))).toEqual([])
    return { status, lines: lines(stderr) }
  }

  it.each(["../secret", "a/../../secret", "/../secret", "..", "a/..", "./../secret"])(
    "%s is refused because it leads out",
    async (name) => {
      const sentence = `${name} was not copied: its name contains .., which could lead out of the destination.`
      expect(await refused(file(name))).toEqual({ status: 1, lines: [sentence] })
      expect(await refused([{ name, type: "directory" }])).toMatchObject({ status: 1 })
      expect(await refused(link(name, "x"))).toMatchObject({ status: 1 })
      expect(await refused(hardLink("hard", name))).toMatchObject({ status: 1 })
    }
  )

  it("unpacks absolute names inside the destination", async () => {
    expect(await refused(file(at("secret")), file("//x"))).toEqual({ status: 0, lines: [] })
    expect(Fs.readFileSync(at(`to/${at("secret")}`), "utf8")).toBe("bad")
    expect(Fs.readFileSync(at("to/x"), "utf8")).toBe("bad")
  })

  it.each(["..", "/", "."])("creates no file through a link to %s", async (target) => {
    const { lines, status } = await refused(link("out", target), file("out/secret"), [{
      name: "out/d",
      type: "directory"
    }])
    expect({ status, lines }).toEqual({ status: 1, lines: ["out was not copied: a directory is in its place."] })
    expect(Fs.readFileSync(at("to/out/secret"), "utf8")).toBe("bad")
  })

  it("creates no link through a link", async () => {
    const { lines, status } = await refused(link("out", ".."), link("out/secret", "x"), hardLink("out/hard", "out"))
    expect({ status, lines: lines.length }).toEqual({ status: 1, lines: 2 })
    expect(Fs.readlinkSync(at("to/out"))).toBe("..")
  })

  it("goes through no existing link", async () => {
    Fs.symlinkSync("..", at("to/up"))
    const { lines, status } = await refused(
      file("up/secret"),
      [{ name: "up", type: "directory", mode: 0o777 }],
      [{ name: "up/d", type: "directory" }],
      hardLink("stolen", "up/secret"),
      link("up/l", "x")
    )
    expect({ status, lines: lines.length }).toEqual({ status: 1, lines: 5 })
    expect(Fs.existsSync(at("to/stolen"))).toBe(false)
  })

  it("names the link that an entry leads through", async () => {
    Fs.mkdirSync(at("to/usr/bin/deep"), { recursive: true })
    Fs.symlinkSync("usr/bin", at("to/bin"))
    Fs.symlinkSync("deep", at("to/usr/bin/link"))
    const { lines, status } = await refused(
      file("bin/foo"),
      [{ name: "bin/", type: "directory" }],
      file("usr/bin/link/new/foo"),
      hardLink("stolen", "bin/foo")
    )
    const why = "is a link in the destination, and names that lead through a link are refused."
    expect({ status, lines }).toEqual({
      status: 1,
      lines: [
        `bin/foo was not copied: bin ${why}`,
        `bin/ was not copied: bin ${why}`,
        `usr/bin/link/new/foo was not copied: usr/bin/link ${why}`,
        `stolen was not copied: bin ${why}`
      ]
    })
    expect(Fs.readdirSync(at("to/usr/bin"))).toEqual(["deep", "link"])
    const dry = unpack(await archive(file("bin/foo"), [{ name: "bin/", type: "directory" }]), "--dry-run")
    expect(dry.stdout.toString()).toBe("")
    expect(dry.stderr.trim().split("\n")).toEqual([
      `bin/foo was not copied: bin ${why}`,
      `bin/ was not copied: bin ${why}`
    ])
  })

  it("refuses names without characters, and with characters that no name has", async () => {
    const entries = [file(""), [{ name: "long", pax: { path: "nul\0l" } }, "bad"] as const]
    const pax = [...entries, [{ name: "link", type: "symlink", pax: { linkpath: "nul\0l" } }] as const]
    const contains = "contains a NUL, which no path can contain."
    expect(await refused(...pax)).toEqual({
      status: 1,
      lines: [
        `"" was not copied: it would replace the destination.`,
        `"nul\\u0000l" was not copied: its name ${contains}`,
        `link was not copied: what it leads to ${contains}`
      ]
    })
  })

  it("replaces files and links, but not directories", async () => {
    Fs.symlinkSync("../secret", at("to/twice"))
    const { lines, status } = await refused(
      file("twice"),
      [{ name: "twice" }, "new"],
      [{ name: "full", type: "directory" }],
      file("full/x"),
      link("full", ".."),
      file("full/y"),
      [{ name: "full" }, "file"],
      link("last", "a"),
      [{ name: "./last" }, "file"]
    )
    const sentence = "full was not copied: a directory is in its place."
    expect({ status, lines }).toEqual({ status: 1, lines: [sentence, sentence] })
    expect(Fs.readFileSync(at("to/twice"), "utf8")).toBe("new")
    expect(Fs.readdirSync(at("to/full"))).toEqual(["x", "y"])
    expect(Fs.readFileSync(at("to/last"), "utf8")).toBe("file")
  })

  it("writes no file through a hard link to another", async () => {
    Fs.writeFileSync(at("to/old"), "old")
    const entries = [hardLink("same", "old"), hardLink("same", "old"), hardLink("new", "old"), file("new")]
    expect(await refused(...entries)).toEqual({ status: 0, lines: [] })
    expect(Fs.statSync(at("to/same")).ino).toBe(Fs.statSync(at("to/old")).ino)
    expect(Fs.readFileSync(at("to/old"), "utf8")).toBe("old")
  })

  it("says which file a hard link cannot be a name of, and why", async () => {
    const directory: readonly [Header] = [{ name: "d", type: "directory" }]
    expect(await refused(hardLink("b", "missing"), directory, hardLink("c", "d"))).toEqual({
      status: 1,
      lines: [
        "b was not copied: it cannot become another name of missing: no such file or directory (ENOENT).",
        "c was not copied: it cannot become another name of d: operation not permitted (EPERM)."
      ]
    })
  })

  it("refuses names that are too long, and handles odd and empty names", async () => {
    const names = ["x".repeat(256), "a/".repeat(2_500), "b".repeat(1_000_000), "./", "nul\0l"]
    const { lines, status } = await refused(...names.map(file))
    expect({ status, isShort: lines.every(({ length }) => length < 5_000) }).toEqual({ status: 1, isShort: true })
    expect(lines.length).toBeGreaterThan(2)
  })
})
