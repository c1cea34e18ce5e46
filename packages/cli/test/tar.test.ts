/** Tests archives on the standard streams. GNU tar checks what is written, and the file system what is unpacked. */
import { without } from "@procfsroot/testkit/judges"
import { openRoot } from "@procfsroot/node/OpenRoot"
import { startIn } from "@procfsroot/testkit/namespace"
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { bin, lines, run, shell } from "./command.js"
import { listed, pack, tar } from "./tar/archives.js"
import { archive, type Header } from "./tar/library.js"
import { eachPlace } from "./tar/place.js"

const place = eachPlace()
const { at } = place

const long = `${"d".repeat(200)}/${"e".repeat(200)}`

const makeTree = () => {
  Fs.mkdirSync(at(`tree/${long}`), { recursive: true })
  Fs.writeFileSync(at(`tree/${long}/ü 語`), "long")
  Fs.writeFileSync(at("tree/large"), Buffer.alloc(3_000_001, "0123456789"))
  Fs.writeFileSync(at("tree/empty"), "")
  Fs.linkSync(at("tree/large"), at("tree/same"))
  Fs.linkSync(at("tree/large"), at(`tree/${long}/same`))
  Fs.symlinkSync("../secret", at("tree/link"))
  Fs.symlinkSync("x".repeat(300), at("tree/broken"))
  Fs.linkSync(at("tree/link"), at("tree/link2"))
  spawnSync("mkfifo", [at("tree/fifo")])
  // Only root can read a file without permissions.
  for (const mode of [process.geteuid?.() === 0 ? 0 : 0o400, 0o755, 0o1644]) {
    Fs.writeFileSync(at(`tree/mode${mode}`), "")
    Fs.chmodSync(at(`tree/mode${mode}`), mode)
  }
  Fs.utimesSync(at("tree/large"), 1, 1_000_000_000.5)
  Fs.utimesSync(at("tree/empty"), 1, new Date(-86_400_500))
  Fs.utimesSync(at("tree/mode493"), 1, 2 ** 31 + 5)
  Fs.lutimesSync(at("tree/link"), 1, 1e9)
  Fs.mkdirSync(at("tree/closed"))
  Fs.writeFileSync(at("tree/closed/in"), "")
  Fs.utimesSync(at("tree/closed"), 1, 1e9)
  Fs.chmodSync(at("tree/closed"), 0o750)
}

const unpack = (input: Uint8Array, ...options: ReadonlyArray<string>) => run(["cp", ...options, "-", at("to")], input)

const quiet = { status: 0, stderr: "" }

describe.skipIf(without(tar))("with GNU tar", () => {
  it("writes archives that tar unpacks to the same tree", () => {
    makeTree()
    const made = run(["cp", at("tree"), "-"])
    expect(made).toMatchObject(quiet)
    const read = spawnSync("tar", ["-xp", "-C", at("to")], { input: made.stdout })
    expect(read.status).toBe(0)
    expect(listed(at("tree")).length).toBe(16)
    expect(listed(at("to/tree"))).toEqual(listed(at("tree")))
    expect(spawnSync("cmp", [at("tree/large"), at("to/tree/large")]).status).toBe(0)
  })

  // With -g, an archive is incremental.
  it.each(["gnu", "posix", "gnu -g /dev/null"])("unpacks its archives in the format %s to the same tree", (format) => {
    makeTree()
    const options = [...`--format=${format}`.split(" "), "-C", at("tree")]
    const made = spawnSync("tar", ["-c", ...options, "."], { maxBuffer: 1 << 26 })
    expect(unpack(made.stdout)).toMatchObject(quiet)
    const seconds = (text: string) => format !== "posix" ? text.replace(/\.\d+$/, "") : text
    // The format has no fractions, and has rounded this time down.
    const isWhole = (text: string) => format === "posix" || !text.startsWith("empty|")
    expect(listed(at("to")).filter(isWhole).map(seconds)).toEqual(listed(at("tree")).filter(isWhole).map(seconds))
    expect(Fs.readFileSync(at("to/large")).equals(Fs.readFileSync(at("tree/large")))).toBe(true)
  })

  it("uses the names of tar -C PARENT -c NAME, and of tar -c . for a path with a dot", () => {
    Fs.mkdirSync(at("tree/b"), { recursive: true })
    Fs.writeFileSync(at("tree/b/c"), "")
    const names = (...sources: ReadonlyArray<string>) => {
      const { stdout } = run(["cp", ...sources.map(at), "-"])
      return lines(spawnSync("tar", ["-t"], { input: stdout }).stdout)
    }
    expect(names("tree", "secret")).toEqual(["tree/", "tree/b/", "tree/b/c", "secret"])
    expect(names("tree/.")).toEqual(["./", "./b/", "./b/c"])
  })

  it.each([
    ["files before the tree that they are in", "mkdir x && echo > x/a && ln x/a x/b", "x/a x/b x", "-C x a b -C .. x"],
    ["a file after the trees that it is in", "mkdir x y && echo > a && ln a x && ln a y", "x y a", "x y a"],
    ["files that links lead to", "echo > a && ln -s a l && ln -s l m", "-L m a l", "-h m a l"],
    [
      "a file that a link leads to, and the tree that it is in",
      "mkdir x && echo > x/a && ln -s x/a l",
      "-L l x",
      "-h l x"
    ]
  ])("writes the hard links that tar writes: %s", (_, make, own, theirs) => {
    const { stderr, stdout } = shell(
      `cd "$1/to" && ${make} && mkdir theirs own
      tar -c ${theirs} | tar -x -C theirs && $bin cp ${own} - | tar -x -C own
      for made in theirs own; do find $made -type f -printf '%f %n,' | tr , '\\n' | sort | tr '\\n' ' '; echo; done`,
      [place.path]
    )
    const [expected, found] = lines(stdout)
    expect([stderr, found]).toEqual(["", expected])
  })
})

it("packs a file that has one name as a file, even if the archive has another with its inode number", async () => {
  Fs.mkdirSync(at("from"))
  Fs.writeFileSync(at("from/a"), "old")
  Fs.linkSync(at("from/a"), at("from/b"))
  await using root = await openRoot(at("from"))
  let packed = 0
  const { bytes } = await pack({ root, path: "/." }, {}, async () => {
    if (++packed !== 1) return
    Fs.unlinkSync(at("from/a"))
    Fs.writeFileSync(at("from/b"), "new")
  })
  expect(unpack(bytes)).toMatchObject(quiet)
  expect(["a", "b"].map((name) => Fs.readFileSync(at(`to/${name}`), "utf8"))).toEqual(["old", "new"])
})

describe.skipIf(without("mount"))("the root of a process", () => {
  it("is packed and unpacked into, and absolute links stay inside", async () => {
    Fs.mkdirSync(at("root/proc"), { recursive: true })
    Fs.mkdirSync(at("root/log"))
    Fs.writeFileSync(at("root/log/a"), "inside")
    Fs.symlinkSync("/log", at("root/logs"))
    await using child = await startIn(at("root"), "pivot_root")
    const { stderr, stdout } = run(["cp", `pid:${child.pid}:/logs/`, "-"])
    expect(stderr).toBe("")
    expect(unpack(stdout)).toMatchObject(quiet)
    expect(Fs.readFileSync(at("to/logs/a"), "utf8")).toBe("inside")
    expect(run(["cp", "-", `pid:${child.pid}:/logs`], await archive([{ name: "b" }, "put"]))).toMatchObject(quiet)
    expect(Fs.readFileSync(at("root/log/b"), "utf8")).toBe("put")
  })
})

describe.skipIf(without("root"))("owners", () => {
  const entries = () =>
    archive(
      [{ name: "owned", uid: 12, gid: 34, mode: 0o4755 }, "x"],
      [{ name: "large", pax: { uid: "3000000", gid: "3000001" } }, "x"],
      [{ name: "null", type: "character-device", devmajor: 1, devminor: 3 }]
    )

  it("are kept as root, with set-id bits and devices", async () => {
    const { status } = unpack(await entries())
    expect(status).toBe(0)
    expect(listed(at("to")).map((line) => line.split("|").slice(0, 4).join(" "))).toEqual([
      "large f 644 3000000:3000001",
      "null c 644 0:0",
      "owned f 4755 12:34"
    ])
    const names = run(["cp", at("to"), "-"]).stdout
    Fs.rmSync(at("to"), { recursive: true })
    Fs.mkdirSync(at("to"))
    expect(unpack(names)).toMatchObject(quiet)
    expect(listed(at("to/to")).map((line) => line.split("|").slice(0, 4).join(" "))[0]).toBe(
      "large f 644 3000000:3000001"
    )
  })

  it("can be numbers that no user has with --no-owner", async () => {
    const input = await archive([{ name: "nobody", pax: { uid: "4294967295", gid: "-2" } }, "x"])
    expect(unpack(input)).toMatchObject({
      status: 1,
      stderr: "nobody was not copied: its owner is not a valid number.\n"
    })
    expect(unpack(input, "--no-owner")).toMatchObject(quiet)
  })

  it("are not kept with --no-owner, and neither are set-id bits and devices", async () => {
    const { status, stderr } = unpack(await entries(), "--no-owner")
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: "null was left out: devices can be created only as root, and only if owners are kept.\n"
    })
    expect(listed(at("to")).map((line) => line.split("|").slice(0, 4).join(" "))).toEqual([
      "large f 644 0:0",
      "owned f 755 0:0"
    ])
  })
})

describe("archives", () => {
  it("that end too early are unpacked up to there", async () => {
    const whole = await archive([{ name: "a" }, "first"], [{ name: "b" }, "x".repeat(2_000)])
    const { status, stderr } = unpack(whole.subarray(0, 2_048))
    expect({ status, stderr }).toEqual({ status: 1, stderr: "The archive ends too early: it is incomplete.\n" })
    expect(Fs.readdirSync(at("to"))).toEqual(["a"])
  })

  it.each([
    ["gzip", [0x1f, 0x8b, 8, 0, 0, 0], "The archive is compressed: send it through gunzip first."],
    ["nothing", [], "The standard input is empty, not an archive."],
    ["garbage", Array.from({ length: 1_024 }, () => 65), "The input is not a tar archive."]
  ])("are recognized, and other input is reported: %s", (_, bytes, sentence) => {
    expect(unpack(Uint8Array.from(bytes))).toMatchObject({ status: 1, stderr: `${sentence}\n` })
  })

  it("are only unpacked in an existing directory", async () => {
    const { status, stderr } = run(["cp", "-", at("none")], await archive([{ name: "a" }, "x"]))
    expect(status).toBe(1)
    expect(stderr).toContain("no such file or directory (ENOENT)")
  })

  it("do not replace existing files with --no-overwrite", async () => {
    Fs.writeFileSync(at("to/a"), "old")
    const input = await archive([{ name: "a" }, "new"], [{ name: "b" }, "new"])
    expect(unpack(input, "--no-overwrite")).toMatchObject({
      status: 0,
      stderr: "a was not copied, since its destination exists already.\n"
    })
    expect(["a", "b"].map((name) => Fs.readFileSync(at(`to/${name}`), "utf8"))).toEqual(["old", "new"])
  })

  it("are neither unpacked nor written with --dry-run", async () => {
    const input = await archive([{ name: "d", type: "directory" }], [{ name: "d/a" }, "x"], [{ name: "../b" }, "x"])
    const { status, stdout } = unpack(input, "--dry-run")
    expect({ status, stdout: lines(stdout).slice(0, 2) }).toEqual({ status: 1, stdout: ["d", "d/a"] })
    expect(Fs.readdirSync(at("to"))).toEqual([])
    expect(run(["cp", "--dry-run", at("secret"), "-"]).stdout.toString()).toBe(`${at("secret")}\n`)
  })

  const directory: ReadonlyArray<Header> = [{ name: "x", type: "directory" }, { name: "x/f" }]

  it.each<[what: string, options: ReadonlyArray<string>, headers: ReadonlyArray<Header>, failed: number]>([
    ["a directory over a file", [], directory, 0],
    ["a directory over a file that is to be kept", ["-n"], directory, 2],
    ["a file below a file", [], [{ name: "new" }, { name: "new/f" }], 1],
    ["a file over a directory", [], [{ name: "new/d/f" }, { name: "new" }], 1],
    ["a file that is to be kept", ["-n"], [{ name: "new" }, { name: "new" }], 1],
    ["a hard link to a new file", [], [{ name: "new" }, { name: "l", type: "link", linkname: "new" }], 0],
    ["a hard link to a missing file", [], [{ name: "new/l", type: "link", linkname: "y" }, { name: "new" }], 2],
    ["a link over a directory", [], [{ name: "new", type: "symlink", linkname: "." }, { name: "new/f" }], 1],
    ["a name that is too long", [], [{ name: `new/${"n".repeat(300)}` }], 1],
    ["a directory whose name is too long", [], [{ name: `new/${"n".repeat(300)}/f` }], 1]
  ])("fail with --dry-run as without it: %s", async (_, options, headers, failed) => {
    Fs.writeFileSync(at("to/x"), "")
    const input = await archive(...headers.map((header) => [header] as const))
    const { status, stderr } = unpack(input, "--dry-run", ...options)
    expect(unpack(input, ...options)).toMatchObject({ status, stderr })
    expect(lines(stderr)).toHaveLength(failed)
  })

  it("fail if their reader ends before they are written, unlike a listing", () => {
    Fs.writeFileSync(at("large"), Buffer.alloc(1 << 20))
    const status = "; echo $? >&2; } | head -c 1"
    expect(shell(`{ $bin cp "$1" -${status}`, [at("large")]).stderr).toBe(
      "The archive is incomplete: its reader ended before it was written (EPIPE).\n1\n"
    )
    for (const i of Array(2_000).keys()) Fs.writeFileSync(at(`to/${i}${"x".repeat(100)}`), "")
    expect(shell(`{ $bin cp --dry-run "$1" -${status}`, [at("to")]).stderr).toBe("0\n")
  })

  it("leave out sockets, and continue after files that cannot be read", () => {
    Fs.mkdirSync(at("tree"))
    const listen = "require('net').createServer().listen(process.argv[1], () => process.exit())"
    spawnSync(process.execPath, ["-e", listen, at("tree/socket")])
    Fs.writeFileSync(at("tree/x"), "content of x")
    const { status, stderr, stdout } = run(["cp", at("none"), at("tree"), "-"])
    expect({ status, lines: lines(stderr) }).toEqual({
      status: 1,
      lines: [
        `${at("none")} was not copied: no such file or directory (ENOENT).`,
        `${at("tree/socket")} was left out: a tar archive has no sockets.`
      ]
    })
    expect(stdout.includes("content of x")).toBe(true)
  })

  it.each([
    [1 << 21, 1, "was not copied: it became shorter while it was read, and ends in zeros in the archive."],
    [1 << 24, 0, "was copied, but it grew while it was read, and is cut to the size that it had."]
  ])("keep the size in the header if a file changes to %d bytes", async (size, status, sentence) => {
    const before = 1 << 23
    Fs.writeFileSync(at("large"), Buffer.alloc(before, "x"))
    const child = spawn(process.execPath, [bin, "cp", at("large"), at("secret"), "-"])
    const parts: Array<Uint8Array> = []
    const errors: Array<Uint8Array> = []
    child.stderr.on("data", (part: Uint8Array) => errors.push(part))
    const closed = once(child, "close")
    // The command has to wait for its reader, which has only just begun.
    for await (const part of child.stdout) {
      if (parts.length === 0) Fs.truncateSync(at("large"), size)
      parts.push(part as Uint8Array) // a stream without an encoding yields bytes
    }
    const [code] = await closed
    expect({ code, stderr: Buffer.concat(errors).toString() }).toEqual({
      code: status,
      stderr: `${at("large")} ${sentence}\n`
    })
    expect(unpack(Buffer.concat(parts))).toMatchObject(quiet)
    expect(Fs.statSync(at("to/large")).size).toBe(before)
    expect(Fs.readFileSync(at("to/secret"), "utf8")).toBe("outside")
  })

  it("contain the content of procfs files, which report size 0", () => {
    expect(run(["cp", "/proc/version", "-"]).stdout.includes(Fs.readFileSync("/proc/version"))).toBe(true)
  })
})

describe("an archive on the standard input", () => {
  it("ends at its end if the input never does", () => {
    expect(shell("timeout 20 $bin cp - \"$1\" < /dev/zero", [at("to")])).toMatchObject(quiet)
  })

  it("is read to the end from a program, which could fail otherwise", async () => {
    Fs.writeFileSync(at("archive"), await archive([{ name: "f" }, "text"]))
    const script = "(cat \"$2\"; head -c 3000000 /dev/zero || echo failed >&2) | $bin cp - \"$1\""
    expect(shell(script, [at("to"), at("archive")])).toMatchObject(quiet)
    expect(Fs.readFileSync(at("to/f"), "utf8")).toBe("text")
  })

  it("cannot make a hard link to the destination itself", async () => {
    const input = await archive([{ name: "x", type: "link", linkname: "./" }])
    const refused = { status: 1, stderr: "x was not copied: it would be a hard link to the destination.\n" }
    expect(unpack(input)).toMatchObject(refused)
    expect(unpack(input, "--dry-run")).toMatchObject(refused)
  })
})
