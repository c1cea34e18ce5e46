/** Tests entries of an archive that replace others, and files that exist already. GNU tar is the judge. */
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import * as Fs from "node:fs"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { archive, directory, file, hardLink, link, listed, tar, unpackInto } from "./archives.js"

let place: ReturnType<typeof temporary>
const at = (name: string) => `${place.path}/${name}`

beforeEach(() => {
  place = temporary()
  for (const name of ["to", "tar"]) Fs.mkdirSync(at(name))
})
afterEach(() => place[Symbol.dispose]())

/** What tar makes of an archive. */
const listedByTar = (input: Uint8Array, ...options: ReadonlyArray<string>): ReadonlyArray<string> => {
  spawnSync("tar", ["-xp", ...options, "-C", at("tar")], { input })
  return listed(at("tar"))
}

describe.skipIf(without(tar))("like GNU tar", () => {
  it("a hard link to a link that is replaced later is a name of the old link", async () => {
    const entries = (name: string) => [link(name, "old"), hardLink("b", name), hardLink("c", "b")]
    const input = archive(
      ...entries("a"),
      file("a"),
      ...entries("d"),
      link("d", "new"),
      hardLink("b", "b")
    )
    expect(await unpackInto(at("to"), input)).toEqual([])
    expect(listed(at("to"))).toEqual(listedByTar(input))
    expect(Fs.readdirSync(at("to"))).toEqual(["a", "b", "c", "d"])
  })

  it("a link is replaced by a later file, but not with --no-overwrite", async () => {
    const input = archive(link("l", "old"), file("l"))
    expect(await unpackInto(at("to"), input, { overwrite: false })).toEqual(["kept l: undefined"])
    expect(listed(at("to"))).toEqual(listedByTar(input, "-k"))
    expect(await unpackInto(at("to"), input)).toEqual([])
    expect(listed(at("to"))).toEqual(listedByTar(input))
  })

  it("a directory in the place of a file or a link is kept with --no-overwrite", async () => {
    for (const name of ["f", "l"]) for (const to of ["to", "tar"]) Fs.mkdirSync(at(`${to}/${name}`))
    const input = archive(file("f"), link("l", "target"), file("new"))
    expect(await unpackInto(at("to"), input, { overwrite: false })).toEqual(["kept f: undefined", "kept l: undefined"])
    const kinds = (lines: ReadonlyArray<string>) => lines.map((line) => line.split("|", 2))
    expect(kinds(listed(at("to")))).toEqual(kinds(listedByTar(input, "--skip-old-files")))
  })

  it("a hard link that is there already stays, and its temporary name does not", async () => {
    const input = archive(file("a"), hardLink("b", "a"), hardLink("b", "a"), hardLink("a", "b"))
    expect(await unpackInto(at("to"), input)).toEqual([])
    expect(listed(at("to"))).toEqual(listedByTar(input))
  })

  it("a link is replaced by a later directory", async () => {
    const input = archive(link("l", "other"), hardLink("m", "l"), directory("l"), file("l/in"))
    expect(await unpackInto(at("to"), input)).toEqual([])
    expect(listed(at("to"))).toEqual(listedByTar(input))
    expect(Fs.readdirSync(at("to/l"))).toEqual(["in"])
  })

  it("a file is replaced by a later directory", async () => {
    for (const name of ["to/old", "tar/old"]) Fs.writeFileSync(at(name), "old")
    const input = archive(directory("old"), file("old/in"), file("twice"), directory("twice/"), file("twice/in"))
    expect(await unpackInto(at("to"), input)).toEqual([])
    expect(listed(at("to"))).toEqual(listedByTar(input))
    expect(Fs.readdirSync(at("to/twice"))).toEqual(["in"])
  })
})

it("another name of a link that was kept is a new link, not a name of the file in its place", async () => {
  Fs.writeFileSync(at("to/a"), "old")
  const input = archive(link("a", "target"), hardLink("b", "a"), hardLink("c", "a"))
  expect(await unpackInto(at("to"), input, { overwrite: false })).toEqual(["kept a: undefined"])
  expect(Fs.readFileSync(at("to/a"), "utf8")).toBe("old")
  expect(Fs.readlinkSync(at("to/b"))).toBe("target")
  expect(Fs.lstatSync(at("to/c")).ino).toBe(Fs.lstatSync(at("to/b")).ino)
})

it("a file is not replaced by a directory with --no-overwrite", async () => {
  Fs.writeFileSync(at("to/old"), "old")
  expect(await unpackInto(at("to"), archive(directory("old")), { overwrite: false })).toEqual([
    "failed old: a file that is not a directory is in its place"
  ])
  expect(Fs.readFileSync(at("to/old"), "utf8")).toBe("old")
})

it("a link stays if what would replace it cannot be created", async () => {
  const input = archive(directory("d"), link("l", "target"), hardLink("l", "d"))
  expect(await unpackInto(at("to"), input)).toEqual([
    "failed l: it cannot become another name of d: operation not permitted (EPERM)"
  ])
  expect(Fs.readlinkSync(at("to/l"))).toBe("target")
})
