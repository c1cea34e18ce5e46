/** What flags mean that not every runtime passes on as they are (`procfs/open.ts`), or that every file is opened with. */
import { bundled } from "@procfsroot/testkit/bundle"
import { without } from "@procfsroot/testkit/judges"
import { makeSpecial } from "@procfsroot/testkit/special"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawn } from "node:child_process"
import { constants, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { text } from "node:stream/consumers"
import { describe, expect, it } from "vitest"
import { openMemoryRoot, openRoot } from "../src/index.js"

const { O_APPEND, O_CREAT, O_DIRECTORY, O_DSYNC, O_RDWR, O_SYNC, O_TRUNC, O_WRONLY } = constants

it("a file that is opened with O_APPEND only for reading cannot be changed", async () => {
  using directory = temporary()
  writeFileSync(`${directory.path}/f`, "text")
  await using root = await openRoot(directory.path, { readOnly: true })
  await using file = await root.promises.open("/f", O_APPEND)
  await expect(file.write("more")).rejects.toMatchObject({ code: "EBADF" })
  await expect(file.truncate()).rejects.toMatchObject({ code: "EINVAL" })
  expect(await file.readFile("utf8")).toBe("text")
  await using top = await root.promises.open("/", O_APPEND)
  expect((await top.stat()).isDirectory()).toBe(true)
})

it("O_APPEND with O_CREAT creates a file that is only read", async () => {
  using directory = temporary()
  await using root = await openRoot(directory.path)
  await using file = await root.promises.open("/f", O_APPEND | O_CREAT)
  await expect(file.write("more")).rejects.toMatchObject({ code: "EBADF" })
  expect(readFileSync(`${directory.path}/f`, "utf8")).toBe("")
})

it.each([O_WRONLY, O_RDWR])("O_APPEND and O_TRUNC with %s cut a file off and append", async (access) => {
  using directory = temporary()
  writeFileSync(`${directory.path}/f`, "text")
  await using root = await openRoot(directory.path)
  await using file = await root.promises.open("/f", access | O_APPEND | O_TRUNC)
  await file.write("new")
  await file.write("er", 0)
  expect(readFileSync(`${directory.path}/f`, "utf8")).toBe("newer")
  await using added = await root.promises.open("/g", access | O_APPEND | O_CREAT | O_TRUNC)
  await added.write("x")
  expect(readFileSync(`${directory.path}/g`, "utf8")).toBe("x")
  await expect(root.promises.open("/", access | O_APPEND | O_TRUNC)).rejects.toMatchObject({ code: "EISDIR" })
})

const ways = [
  ["kernel", { strategy: "kernel" }],
  ["walk", { strategy: "walk" }],
  ["off the main thread", { offMainThread: true }]
] as const

describe.each(ways)("O_DIRECTORY, %s,", (_, options) => {
  it("opens only a directory, and waits for no fifo", async () => {
    using directory = temporary()
    mkdirSync(`${directory.path}/d`)
    writeFileSync(`${directory.path}/f`, "")
    makeSpecial(`${directory.path}/fifo`, "FIFO", 0o600)
    for (const [name, target] of [["ld", "/d"], ["lf", "/f"], ["dangling", "none"]] as const) {
      symlinkSync(target, `${directory.path}/${name}`)
    }
    await using root = await openRoot(directory.path, options)
    for (const path of ["d", "ld", "/", "ld/../d/"]) {
      await using opened = await root.promises.open(path, O_DIRECTORY)
      expect((await opened.stat()).isDirectory()).toBe(true)
      await opened.sync()
    }
    for (const path of ["f", "lf", "fifo"]) {
      await expect(root.promises.open(path, O_DIRECTORY)).rejects.toMatchObject({ code: "ENOTDIR" })
    }
    await expect(root.promises.open("dangling", O_DIRECTORY)).rejects.toMatchObject({ code: "ENOENT" })
    await expect(root.promises.open("d", O_DIRECTORY | O_RDWR)).rejects.toMatchObject({ code: "EISDIR" })
  })

  it("creates nothing", async () => {
    using directory = temporary()
    await using root = await openRoot(directory.path, options)
    const flags = O_DIRECTORY | O_CREAT | O_RDWR
    await expect(root.promises.open("new", flags)).rejects.toMatchObject({ code: "EINVAL", syscall: "open" })
    expect(readdirSync(directory.path)).toEqual([])
  })
})

describe.each(ways)("a file that is opened to be synced, %s,", (_, options) => {
  /** The flags of an open file, as the kernel knows them. */
  const flagsOf = (fd: number): number =>
    Number.parseInt(/^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1] ?? "", 8)

  it.each([
    ["rs", O_SYNC],
    ["sr+", O_SYNC],
    ["as", O_SYNC],
    ["sa+", O_SYNC],
    [O_WRONLY | O_CREAT | O_SYNC, O_SYNC],
    [O_RDWR | O_DSYNC, O_DSYNC],
    ["r+", 0]
  ])("with %s, has the flag 0o%o", async (flags, expected) => {
    using directory = temporary()
    writeFileSync(`${directory.path}/f`, "text")
    await using root = await openRoot(directory.path, options)
    for (const path of ["f", ...String(flags).includes("a") ? ["new"] : []]) {
      await using file = await root.promises.open(path, flags)
      expect(flagsOf(file.fd) & (O_SYNC | O_DSYNC)).toBe(expected)
    }
  })

  it("is written like any other", async () => {
    using directory = temporary()
    await using root = await openRoot(directory.path, options)
    const content = "x".repeat(200_000)
    await root.promises.appendFile("f", content, { flag: "as" })
    await using file = await root.promises.open("f", "rs+")
    await file.write("y", 1)
    expect(await root.promises.readFile("f", { encoding: "utf8", flag: "rs" })).toBe(`xy${content.slice(2)}`)
  })
})

it("in memory, a crash loses nothing of what was written to a file that is opened to be synced", async () => {
  const after = async (flags: string | number) => {
    await using root = openMemoryRoot({ "/f": "old" }, { crashes: true })
    await using file = await root.promises.open("/f", flags)
    await file.write("new", 0)
    return new Set(root.crashes().map(({ "/f": entry }) => entry?.type === "File" ? entry.content : "no file"))
  }
  expect(await after("rs+")).toEqual(new Set(["new"]))
  expect(await after(O_RDWR | O_DSYNC)).toEqual(new Set(["new"]))
  expect(await after("r+")).toEqual(new Set(["old", "new"]))
})

it.skipIf(without("koffi", "terminal")).each(["kernel", "walk"])(
  "a terminal in a root does not become the controlling terminal, which could end the process: %s",
  async (strategy) => {
    const program = await bundled(new URL("./programs/controllingTerminal.ts", import.meta.url))
    /** In a session of its own. */
    const terminalAfter = (way: string): Promise<string> =>
      text(spawn(process.execPath, [program, way], { detached: true, stdio: ["ignore", "pipe", "inherit"] }).stdout)
    expect(await terminalAfter("fs")).toMatch(/^[1-9]\d*\n$/)
    expect(await terminalAfter(strategy)).toBe("0\n")
  }
)
