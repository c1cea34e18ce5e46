/** Tests copies by comparing the directories with plain Node calls. */
import { without } from "@procfsroot/testkit/judges"
import { bindMount, mountedTemporary } from "@procfsroot/testkit/mounts"
import { execFileSync } from "node:child_process"
import { once } from "node:events"
import * as Fs from "node:fs"
import { createServer } from "node:net"
import * as Path from "node:path"
import { describe, expect, it } from "vitest"
import { type Box, copying, openBox, pathsBelow, stateOf, strategies, temporariesIn } from "./boxes.js"
import { pack, unpack } from "../tar/archives.js"

const isRoot = process.geteuid?.() === 0

const odd = Buffer.from("a\nb\xff\x1b", "latin1")

const populate = (path: string): void => {
  const top = `${path}/from/tree`
  Fs.mkdirSync(`${top}/sub/empty`, { recursive: true })
  Fs.writeFileSync(`${top}/f`, "content")
  Fs.writeFileSync(`${top}/none`, "")
  Fs.writeFileSync(`${top}/large`, Buffer.alloc(3_000_001, "0123456789"))
  Fs.writeFileSync(`${top}/sub/set-id`, "#!")
  Fs.writeFileSync(Buffer.concat([Buffer.from(`${top}/`), odd]), "odd")
  Fs.symlinkSync("../../../outside", `${top}/out`)
  Fs.symlinkSync(odd, `${top}/sub/odd`)
  Fs.lutimesSync(`${top}/sub/odd`, new Date(-1_000), new Date(-2_000))
  Fs.linkSync(`${top}/f`, `${top}/sub/hard`)
  Fs.linkSync(`${top}/f`, `${top}/zhard`)
  if (isRoot) {
    Fs.chownSync(`${top}/f`, 1234, 4321)
    Fs.lchownSync(`${top}/out`, 1234, 4321)
    Fs.chownSync(`${top}/sub`, 7, 8)
  }
  // Only root can keep owners, and without owners no set-id bit is kept.
  Fs.chmodSync(`${top}/sub/set-id`, isRoot ? 0o6755 : 0o755)
  Fs.chmodSync(`${top}/sub/empty`, 0o1555)
  Fs.lutimesSync(`${top}/out`, 1_000_000_000.25, 1_000_000_001.123456)
  Fs.utimesSync(`${top}/f`, new Date(-5_000), new Date(-86_400_000))
  Fs.utimesSync(`${top}/large`, 1_700_000_000.123457, 1_700_000_000.999999)
  Fs.chmodSync(`${top}/sub`, 0o500)
  Fs.utimesSync(`${top}/sub`, 5, 6.5)
}

const makeNodes = (path: string): void => {
  execFileSync("mkfifo", ["-m", "604", `${path}/from/tree/fifo`])
  if (!isRoot) return
  execFileSync("mknod", ["-m", "620", `${path}/from/tree/null`, "c", "1", "3"])
  execFileSync("mknod", [`${path}/from/tree/block`, "b", "259", "70000"])
}

/** An existing directory keeps its own times, which change when something is created in it. */
const withoutTimes = (state: ReturnType<typeof stateOf>) =>
  state.size === undefined ? { ...state, mtime: undefined } : state

const expectSame = (box: Box, destination: string, seen: (state: ReturnType<typeof stateOf>) => object): void => {
  const [from, to] = [`${box.path}/from/tree`, `${box.path}/to/${destination}`]
  const below = (place: string) => pathsBelow(place).map((path) => path.slice(place.length))
  expect(below(to)).toEqual(below(from))
  for (const path of ["", ...below(from)]) {
    expect({ path, ...seen(stateOf(to + path)) }).toEqual({ path, ...seen(stateOf(from + path)) })
  }
}

describe.each(strategies)("a copy by the %s", (strategy) => {
  it("contains everything in the tree", async () => {
    await using box = await openBox({ strategy })
    populate(box.path)
    if (strategy === "kernel") makeNodes(box.path)
    const { summary } = await copying(box, "/tree", "/copy")
    expect(summary).toMatchObject({
      directories: 3,
      failed: 0,
      kept: 0,
      skipped: 0,
      interrupted: false,
      bytes: 3_000_001 + 7 + 2 + 3
    })
    expectSame(box, "copy", (state) => state)
    const ino = (name: string) => Fs.lstatSync(`${box.path}/to/copy/${name}`).ino
    expect([ino("sub/hard"), ino("zhard")]).toEqual([ino("f"), ino("f")])
    // Copied again onto the copy, for which an ordinary user needs write permission.
    for (const tree of ["from/tree", "to/copy"]) Fs.chmodSync(`${box.path}/${tree}/sub`, 0o700)
    expect((await copying(box, "/tree", "/copy")).summary).toMatchObject({ failed: 0, kept: 0 })
    expectSame(box, "copy", withoutTimes)
  })

  it("keeps existing files without overwrite", async () => {
    await using box = await openBox({ strategy })
    populate(box.path)
    Fs.mkdirSync(`${box.path}/to/copy/sub`, { recursive: true })
    Fs.writeFileSync(`${box.path}/to/copy/f`, "old")
    Fs.symlinkSync("/nowhere", `${box.path}/to/copy/large`)
    Fs.mkdirSync(`${box.path}/to/copy/none`)
    const { summary, told } = await copying(box, "/tree", "/copy", { overwrite: false })
    expect(told.filter((line) => !line.startsWith("copied"))).toEqual([
      "kept /tree/f",
      "kept /tree/large",
      "kept /tree/none"
    ])
    expect(summary).toMatchObject({ kept: 3, failed: 0 })
    expect(Fs.readFileSync(`${box.path}/to/copy/f`, "utf8")).toBe("old")
    expect(Fs.readlinkSync(`${box.path}/to/copy/large`)).toBe("/nowhere")
    // Their first name is in a file that was kept, so they were copied and linked to each other.
    expect(Fs.lstatSync(`${box.path}/to/copy/zhard`).ino).toBe(Fs.lstatSync(`${box.path}/to/copy/sub/hard`).ino)
    expect(temporariesIn(`${box.path}/to`)).toEqual([])
  })

  it("does not overwrite a file that appears during the copy", async () => {
    await using box = await openBox({ strategy })
    Fs.writeFileSync(`${box.path}/from/f`, Buffer.alloc(3_000_000, "x"))
    const { told } = await copying(box, "/f", "/f", { overwrite: false }, ({ type }) => {
      if (type === "progress") Fs.writeFileSync(`${box.path}/to/f`, "somebody's")
    })
    expect(told).toEqual(["kept /f"])
    expect(Fs.readFileSync(`${box.path}/to/f`, "utf8")).toBe("somebody's")
    expect(temporariesIn(`${box.path}/to`)).toEqual([])
  })

  it("replaces links and files, never follows a link in the tree, and never replaces a file with a directory or the reverse", async () => {
    await using box = await openBox({ strategy })
    populate(box.path)
    Fs.mkdirSync(`${box.path}/to/elsewhere`)
    Fs.mkdirSync(`${box.path}/to/copy/out`, { recursive: true })
    Fs.symlinkSync("/elsewhere", `${box.path}/to/copy/sub`)
    Fs.writeFileSync(`${box.path}/to/victim`, "old")
    Fs.symlinkSync("/victim", `${box.path}/to/copy/f`)
    const { told } = await copying(box, "/tree", "/copy")
    expect(told.filter((line) => !line.startsWith("copied"))).toEqual([
      "failed /tree/out: a directory is in its place",
      "failed /tree/sub: a file that is not a directory is in its place"
    ])
    expect(Fs.readFileSync(`${box.path}/to/victim`, "utf8")).toBe("old")
    expect(Fs.readFileSync(`${box.path}/to/copy/f`, "utf8")).toBe("content")
    expect(Fs.readdirSync(`${box.path}/to/elsewhere`)).toEqual([])
  })

  it("says that the copies cannot be made if the destination is removed, not that the files are missing", async () => {
    await using box = await openBox({ strategy })
    Fs.mkdirSync(`${box.path}/from/tree/sub`, { recursive: true })
    for (const name of ["a", "b", "sub/c"]) Fs.writeFileSync(`${box.path}/from/tree/${name}`, "")
    Fs.symlinkSync("a", `${box.path}/from/tree/l`)
    const { told } = await copying(box, "/tree", "/copy", {}, ({ type }) => {
      if (type === "copied") Fs.rmSync(`${box.path}/to/copy`, { recursive: true })
    })
    const failed = told.filter((line) => !line.startsWith("copied"))
    expect(failed.map((line) => line.split(": ").slice(1).join(": "))).toEqual(
      failed.map(() => "its copy cannot be made: no such file or directory (ENOENT)")
    )
    expect(failed.length).toBe(4)
  })

  it("resolves links in the paths of source and destination inside their roots", async () => {
    await using box = await openBox({ strategy })
    for (const end of ["from", "to"]) {
      Fs.mkdirSync(`${box.path}/${end}/real`)
      Fs.symlinkSync("/../real", `${box.path}/${end}/way`)
    }
    Fs.writeFileSync(`${box.path}/from/real/f`, "f")
    Fs.symlinkSync("/way/f", `${box.path}/from/l`)
    expect((await copying(box, "/way/f", "/way/g")).summary).toMatchObject({ copied: 1, failed: 0 })
    expect((await copying(box, "/l", "/way/h", { follow: true })).summary).toMatchObject({ copied: 1, failed: 0 })
    expect(Fs.readFileSync(`${box.path}/to/real/g`, "utf8")).toBe("f")
    expect(Fs.readFileSync(`${box.path}/to/real/h`, "utf8")).toBe("f")
  })

  it("copies a directory to the path of a link only as the content of what the link leads to", async () => {
    await using box = await openBox({ strategy })
    Fs.mkdirSync(`${box.path}/from/d`)
    Fs.writeFileSync(`${box.path}/from/d/f`, "f")
    Fs.mkdirSync(`${box.path}/to/real`)
    Fs.symlinkSync("real", `${box.path}/to/link`)
    expect((await copying(box, "/d", "/link")).told)
      .toEqual(["failed /d: a file that is not a directory is in its place"])
    expect(Fs.readdirSync(`${box.path}/to/real`)).toEqual([])
    expect((await copying(box, "/d/.", "/link")).summary).toMatchObject({ failed: 0 })
    expect(Fs.readdirSync(`${box.path}/to/real`)).toEqual(["f"])
  })

  it.each([false, true])("replaces a fifo only by a file of such a type, dry run: %s", async (dryRun) => {
    await using box = await openBox({ strategy })
    execFileSync("sh", ["-c", "echo > file; ln -s file link; mkfifo fifo"], { cwd: `${box.path}/from` })
    execFileSync("sh", ["-c", "mkfifo file link fifo"], { cwd: `${box.path}/to` })
    const why = "a device, fifo or socket is in its place"
    expect((await copying(box, "/file", "/file", { dryRun })).told).toEqual([`failed /file: ${why}`])
    expect((await copying(box, "/link", "/link", { dryRun })).told).toEqual([`failed /link: ${why}`])
    expect(Fs.lstatSync(`${box.path}/to/file`).isFIFO()).toBe(true)
    expect(Fs.lstatSync(`${box.path}/to/link`).isFIFO()).toBe(true)
    // Without native calls, it is left out.
    expect((await copying(box, "/fifo", "/fifo", { dryRun })).summary).toMatchObject({ failed: 0 })
    expect((await copying(box, "/file", "/file", { dryRun, overwrite: false })).told).toEqual(["kept /file"])
  })

  it("changes nothing in a dry run, and reports the same", async () => {
    await using box = await openBox({ strategy })
    populate(box.path)
    const dry = await copying(box, "/tree", "/copy", { dryRun: true })
    expect(Fs.readdirSync(`${box.path}/to`)).toEqual([])
    const real = await copying(box, "/tree", "/copy")
    const paths = (told: ReadonlyArray<string>) => told.map((line) => line.replace(/: extended attributes.*/, ""))
    expect(paths(dry.told)).toEqual(paths(real.told))
  })

  it.each([0, 1, 2, 3, 5, 8])("leaves no temporary file when it is interrupted at event %i", async (count) => {
    await using box = await openBox({ strategy })
    populate(box.path)
    const controller = new AbortController()
    let seen = 0
    const { signal } = controller
    if (count === 0) controller.abort()
    const { events, summary } = await copying(box, "/tree", "/copy", { signal }, () => {
      if (++seen === count) controller.abort()
    })
    expect(summary).toMatchObject({ failed: 0, interrupted: true })
    expect(temporariesIn(`${box.path}/to`)).toEqual([])
    const below = pathsBelow(`${box.path}/to`)
    expect(below.length).toBe(events.filter(({ type }) => type === "copied").length)
    for (const path of below) {
      if (Fs.lstatSync(Buffer.from(path, "latin1")).isFile()) {
        expect(stateOf(path)).toMatchObject({ content: stateOf(path.replace("/to/copy", "/from/tree")).content })
      }
    }
  })
})

describe("a copy", () => {
  it.skipIf(without("koffi"))("has the times of files, directories and links to the nanosecond", async () => {
    await using box = await openBox()
    const [atime, mtime] = ["@4000000000.123456789", "@1700000000.999999999"] // the future, so that reading keeps it
    execFileSync("sh", ["-c", `mkdir d && echo > d/f && ln -s f d/l && mkfifo d/p`], { cwd: `${box.path}/from` })
    for (const path of ["d/f", "d/l", "d/p", "d"]) {
      execFileSync("touch", ["-h", "-a", "-d", atime, path], { cwd: `${box.path}/from` })
      execFileSync("touch", ["-h", "-m", "-d", mtime, path], { cwd: `${box.path}/from` })
    }
    expect((await copying(box, "/d", "/d")).summary).toMatchObject({ failed: 0, skipped: 0 })
    for (const path of ["d/f", "d/l", "d/p", "d"]) {
      const { atimeNs, mtimeNs } = Fs.lstatSync(`${box.path}/to/${path}`, { bigint: true })
      expect([path, atimeNs, mtimeNs]).toEqual([path, 4_000_000_000_123_456_789n, 1_700_000_000_999_999_999n])
    }
  })

  it("skips and reports files that it cannot create without koffi", async () => {
    await using box = await openBox({ strategy: "walk" })
    Fs.mkdirSync(`${box.path}/from/tree`)
    makeNodes(box.path)
    Fs.writeFileSync(`${box.path}/from/tree/f`, "")
    const { told } = await copying(box, "/tree", "/copy")
    expect(told).toContainEqual("skipped /tree/fifo: its copy needs koffi or Node 26 (ENOTSUP)")
    expect(told.filter((line) => line.includes("extended attributes"))).toHaveLength(1)
    expect(Fs.readdirSync(`${box.path}/to/copy`)).toEqual(["f"])
  })

  it.skipIf(without("root"))("keeps extended attributes, including those of links", async () => {
    await using box = await openBox()
    const { directory, promises } = box.from
    await promises.mkdir("/d")
    await promises.writeFile("/d/f", "")
    await promises.symlink("nowhere", "/d/l")
    const value = Buffer.from([0, 255, 1])
    const noFollow = { noFollow: true }
    for (const name of ["user.x", "trusted.y"]) {
      await directory.setExtendedAttribute("/d", name, value)
      await directory.setExtendedAttribute("/d/f", name, value)
    }
    await directory.setExtendedAttribute("/d/l", "trusted.y", value, noFollow)
    expect((await copying(box, "/d", "/d")).told).toEqual(["copied /d", "copied /d/f", "copied /d/l"])
    for (const path of ["/d", "/d/f"]) {
      expect(await box.to.directory.listExtendedAttributes(path)).toEqual(["user.x", "trusted.y"])
    }
    expect(await box.to.directory.getExtendedAttribute("/d/l", "trusted.y", noFollow)).toEqual(new Uint8Array(value))
  })

  it.skipIf(without("root"))("leaves out the attributes that XFS has for itself, like cp -a", async () => {
    await using box = await openBox()
    Fs.writeFileSync(`${box.path}/from/f`, "")
    for (const name of ["user.x", "trusted.SGI_MAC_FILE"]) {
      await box.from.directory.setExtendedAttribute("f", name, Buffer.from("x"))
    }
    execFileSync("cp", ["-a", `${box.path}/from/f`, `${box.path}/to/other`])
    expect((await copying(box, "/f", "/f")).told).toEqual(["copied /f"])
    for (const path of ["f", "other"]) expect(await box.to.directory.listExtendedAttributes(path)).toEqual(["user.x"])
  })

  it.skipIf(without("root"))("leaves the labels of security modules to the new place", async () => {
    await using box = await openBox()
    const { directory, promises } = box.from
    await promises.mkdir("/d")
    await promises.writeFile("/d/f", "")
    await promises.symlink("nowhere", "/d/l")
    const labels = ["security.selinux", "security.SMACK64", "security.SMACK64EXEC"]
    for (const path of ["/d", "/d/f", "/d/l"]) {
      for (const name of [...labels, "trusted.y"]) {
        await directory.setExtendedAttribute(path, name, Buffer.from("x"), { noFollow: true })
      }
    }
    expect((await copying(box, "/d", "/d")).told).toEqual(["copied /d", "copied /d/f", "copied /d/l"])
    for (const path of ["/d", "/d/f", "/d/l"]) {
      expect(await box.to.directory.listExtendedAttributes(path, { noFollow: true })).toEqual(["trusted.y"])
    }
  })

  it.skipIf(without("root"))("drops set-id bits if owners are not kept", async () => {
    await using box = await openBox()
    Fs.writeFileSync(`${box.path}/from/f`, "")
    Fs.chownSync(`${box.path}/from/f`, 5, 5)
    Fs.chmodSync(`${box.path}/from/f`, 0o6755)
    await copying(box, "/f", "/f", { owner: false })
    expect(stateOf(`${box.path}/to/f`)).toMatchObject({ mode: "100755", owner: "0:0" })
  })
})

describe.skipIf(without("root", "mount"))("a file that is mounted over another", () => {
  it("is copied with its own type, not with the type in the directory listing", async () => {
    await using box = await openBox()
    await using server = createServer().listen(`${box.path}/socket`)
    await once(server, "listening")
    using place = mountedTemporary(`${box.path}/from`)
    const names = ["null", "socket", "regular"]
    for (const name of names) Fs.writeFileSync(`${place.path}/${name}`, "hidden")
    Fs.writeFileSync(`${box.path}/regular`, "seen")
    bindMount("/dev/null", `${place.path}/null`)
    bindMount(`${box.path}/socket`, `${place.path}/socket`)
    bindMount(`${box.path}/regular`, `${place.path}/regular`)
    const source = place.path.slice(`${box.path}/from`.length)
    const { told } = await copying(box, source, "/copy")
    expect(told).toEqual(["", "/null", "/regular", "/socket"].map((path) => `copied ${source}${path}`))
    const copy = (name: string) => Fs.lstatSync(`${box.path}/to/copy/${name}`)
    expect(copy("null")).toMatchObject({ rdev: Fs.statSync("/dev/null").rdev, mode: Fs.statSync("/dev/null").mode })
    expect(copy("socket").isSocket()).toBe(true)
    expect(Fs.readFileSync(`${box.path}/to/copy/regular`, "utf8")).toBe("seen")
    const packed = await pack({ root: box.from, path: source })
    expect(packed.told).toEqual([`skipped ${source}/socket: a tar archive has no sockets`])
    expect(await unpack({ root: box.to, path: "/" }, packed.bytes)).toMatchObject({ told: [], copied: 3 })
    expect(Fs.lstatSync(`${box.path}/to/root/null`).rdev).toBe(copy("null").rdev)
  })

  it("is left out with oneFileSystem, but the mount point itself is copied", async () => {
    await using box = await openBox()
    Fs.mkdirSync(`${box.path}/from/tree/sub`, { recursive: true })
    Fs.writeFileSync(`${box.path}/from/tree/file`, "copied")
    using place = mountedTemporary(`${box.path}/from/tree/sub`)
    Fs.writeFileSync(`${place.path}/mounted`, "not copied")
    const mount = Path.dirname(place.path).slice(`${box.path}/from/tree`.length)
    const below = ["/file", "/sub", mount].toSorted()
    const { told } = await copying(box, "/tree", "/copy", { oneFileSystem: true })
    expect(told).toEqual(["", ...below].map((path) => `copied /tree${path}`))
    expect(pathsBelow(`${box.path}/to/copy`)).toEqual(below.map((path) => `${box.path}/to/copy${path}`))
    const { bytes } = await pack({ root: box.from, path: "/tree" }, { oneFileSystem: true })
    Fs.mkdirSync(`${box.path}/to/unpacked`)
    await unpack({ root: box.to, path: "/unpacked" }, bytes)
    expect(pathsBelow(`${box.path}/to/unpacked/tree`)).toEqual(
      below.map((path) => `${box.path}/to/unpacked/tree${path}`)
    )
    expect((await copying(box, "/tree", "/all")).told).toContain(`copied /tree${mount}/root/mounted`)
  })

  it.each(strategies)("is left out by the %s with oneFileSystem even if it is of the same device", async (strategy) => {
    await using box = await openBox({ strategy })
    using place = mountedTemporary(`${box.path}/from`)
    for (const name of ["tree/bound", "tree/within/deep", "other/seen"]) {
      Fs.mkdirSync(`${place.path}/${name}`, { recursive: true })
    }
    bindMount(`${place.path}/other`, `${place.path}/tree/bound`)
    expect(Fs.statSync(`${place.path}/tree/bound`).dev).toBe(Fs.statSync(`${place.path}/tree`).dev)
    const source = `${place.path.slice(`${box.path}/from`.length)}/tree`
    const copied = ["", "/bound", "/within", "/within/deep"]
    const { told } = await copying(box, source, "/copy", { oneFileSystem: true })
    expect(told.map((line) => line.replace(/: extended attributes.*/, ""))).toEqual(
      copied.map((path) => `copied ${source}${path}`)
    )
    const packed = await pack({ root: box.from, path: source }, { oneFileSystem: true })
    expect(packed.told.filter((line) => !line.includes("extended attributes"))).toEqual([])
    Fs.mkdirSync(`${box.path}/to/unpacked`)
    await unpack({ root: box.to, path: "/unpacked" }, packed.bytes)
    const below = copied.slice(1)
    expect(pathsBelow(`${box.path}/to/unpacked/tree`)).toEqual(
      below.map((path) => `${box.path}/to/unpacked/tree${path}`)
    )
    expect(pathsBelow(`${box.path}/to/copy`)).toEqual(below.map((path) => `${box.path}/to/copy${path}`))
  })
})
