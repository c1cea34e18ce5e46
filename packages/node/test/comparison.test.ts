/**
 * Checks that each row of docs/comparison.md is true for procfsroot, and that the README repeats its cells correctly.
 */
import { MemoryRoot, openMemoryRoot, openRoot, Tar } from "@procfsroot/node"
import { without } from "@procfsroot/testkit/judges"
import { bindMount, mountedTemporary } from "@procfsroot/testkit/mounts"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Program from "@procfsroot/vfs/Program"
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const textOf = (file: string): string =>
  Fs.readFileSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), "utf8")

/** The rows of the table whose first column has no name: the cells of each row by the names of their columns. */
const tableIn = (text: string): ReadonlyArray<Readonly<Record<string, string>>> => {
  const [names = [], , ...rows] = (/^\| {3}[^]*?(?=\n\n)/m.exec(text)?.[0] ?? "")
    .split("\n")
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()))
  return rows.map((cells) => Object.fromEntries(names.map((name, column) => [name, cells[column] ?? ""])))
}

const table = tableIn(textOf("docs/comparison.md"))

const rows = table.map(({ "": name = "", procfsroot: own = "" }) => ({ name, own }))

/** A root with a file, links and a directory, and a file outside. */
const box = () => {
  const directory = temporary()
  const path = `${directory.path}/root`
  Fs.mkdirSync(`${path}/d`, { recursive: true })
  Fs.writeFileSync(`${path}/d/f`, "inside")
  Fs.writeFileSync(`${directory.path}/f`, "outside")
  Fs.symlinkSync("/d/f", `${path}/absolute`)
  Fs.symlinkSync("../../f", `${path}/up`)
  Fs.symlinkSync("b", `${path}/a`)
  Fs.symlinkSync("a", `${path}/b`)
  return { path, [Symbol.dispose]: () => directory[Symbol.dispose]() }
}

const codeOf = async (run: Promise<unknown>): Promise<string> =>
  run.then(() => "none", (error: NodeJS.ErrnoException) => error.code ?? "no errno")

type Proof = () => Promise<void>

const inBox = (use: (root: Awaited<ReturnType<typeof openRoot>>, path: string) => Promise<void>): Proof => async () => {
  using directory = box()
  await using root = await openRoot(directory.path)
  await use(root, directory.path)
}

const proofs: Readonly<Record<string, Proof>> = {
  "an absolute link starts again at the root": inBox(async ({ promises }) => {
    expect(await promises.readFile("/absolute", "utf8")).toBe("inside")
  }),
  "can refuse absolute links and absolute paths instead": async () => {
    using directory = box()
    await using root = await openRoot(directory.path, { containment: "beneath" })
    expect(await codeOf(root.promises.readFile("absolute"))).toBe("EXDEV")
    expect(await codeOf(root.promises.readFile("/d/f"))).toBe("EXDEV")
    expect(await root.promises.readFile("d/f", "utf8")).toBe("inside")
  },
  "`..` stays at the root": inBox(async ({ promises }) => {
    expect(await codeOf(promises.readFile("/up"))).toBe("ENOENT")
    expect(await promises.readFile("/../../d/f", "utf8")).toBe("inside")
  }),
  "the result is a path inside the root, with every link on the way": inBox(async ({ explain, resolve }) => {
    expect(await resolve("/absolute")).toBe("/d/f")
    expect((await explain("/absolute")).hops).toMatchObject([{ link: "/absolute", target: "/d/f" }])
  }),
  "detects loops of links exactly, and lists the links": inBox(async ({ resolveAll }) => {
    expect(await resolveAll(["/a", "/absolute"])).toMatchObject([
      { error: { _tag: "SymlinkLoop", cycle: ["/a", "/b"] } },
      { path: "/d/f" }
    ])
  }),
  // One of the exchanges that the attacks in `race.test.ts` make between two steps of an operation.
  "opens, makes, renames and removes without a race": inBox(async ({ promises }, path) => {
    await using file = await promises.open("/d/f")
    Fs.renameSync(`${path}/d`, `${path}/moved`)
    Fs.symlinkSync("..", `${path}/d`)
    expect(await file.readFile("utf8")).toBe("inside")
    await promises.writeFile("/d/f", "new")
    expect(Fs.readFileSync(`${path}/../f`, "utf8")).toBe("outside")
    expect(Fs.readFileSync(`${path}/f`, "utf8")).toBe("new")
  }),
  "copies trees": inBox(async ({ promises }) => {
    await promises.cp("/d", "/copy/of", { recursive: true })
    expect(await promises.readFile("/copy/of/f", "utf8")).toBe("inside")
  }),
  "stays on one mount": async () => {
    using mounted = mountedTemporary()
    Fs.mkdirSync(`${mounted.path}/other`)
    Fs.writeFileSync(`${mounted.path}/other/f`, "elsewhere")
    Fs.mkdirSync(`${mounted.path}/root/d`, { recursive: true })
    bindMount(`${mounted.path}/other`, `${mounted.path}/root/d`)
    await using root = await openRoot(`${mounted.path}/root`, { mounts: "forbid" })
    expect(await codeOf(root.promises.readFile("/d/f"))).toBe("EXDEV")
  },
  "can forbid links": async () => {
    using directory = box()
    await using root = await openRoot(directory.path, { symlinks: "forbid" })
    expect(await codeOf(root.promises.readFile("/absolute"))).toBe("ELOOP")
  },
  "a root inside a root": inBox(async ({ subRoot }) => {
    await using inner = await subRoot("/d")
    expect(await inner.promises.readFile("/../f", "utf8")).toBe("inside")
  }),
  "attributes, owner and times of a link itself": inBox(async ({ directory }) => {
    await directory.lutimes("/absolute", 1, 2)
    await directory.lchown("/absolute", process.getuid?.() ?? 0, process.getgid?.() ?? 0)
    expect(await directory.lstat("/absolute")).toMatchObject({ type: "SymbolicLink", mtimeNs: 2_000_000_000n })
  }),
  "renames that fail if the target exists, or swap two files": inBox(async ({ directory, promises }) => {
    await promises.writeFile("/x", "x")
    expect(await codeOf(directory.rename("/x", "/d/f", { mode: "noreplace" }))).toBe("EEXIST")
    await directory.rename("/x", "/d/f", { mode: "exchange" })
    expect([await promises.readFile("/x", "utf8"), await promises.readFile("/d/f", "utf8")]).toEqual(["inside", "x"])
  }),
  "makes fifos, sockets and devices": inBox(async ({ directory }) => {
    await directory.makeNode("/fifo", { type: "FIFO" })
    await directory.makeNode("/socket", { type: "Socket" })
    expect((await directory.lstat("/fifo")).type).toBe("FIFO")
    const device = codeOf(directory.makeNode("/null", { type: "CharacterDevice", major: 1, minor: 3 }))
    expect(["none", "EPERM"]).toContain(await device)
  }),
  "replaces a file in one step, durably": inBox(async ({ directory, promises }, path) => {
    await using before = await promises.open("/d/f")
    await directory.writeFileAtomic("/d/f", "new")
    expect([await before.readFile("utf8"), await promises.readFile("/d/f", "utf8")]).toEqual(["inside", "new"])
    expect(Fs.readdirSync(`${path}/d`)).toEqual(["f"])
  }),
  "can limit how many bytes a read returns": inBox(async ({ directory }) => {
    expect(await codeOf(directory.readFileBounded("/d/f", { maxBytes: 5 }))).toBe("ERR_FS_FILE_TOO_LARGE")
    expect((await directory.readFileBounded("/d/f", { maxBytes: 6 })).length).toBe(6)
  }),
  "walks a tree of any size": inBox(async ({ directory }) => {
    const paths: Array<string> = []
    for await (const { path } of directory.walkTree("/")) paths.push(path)
    expect(paths).toEqual(["a", "absolute", "b", "d", "d/f", "up"])
  }),
  "the same in memory, for tests": async () => {
    const { promises } = openMemoryRoot({ "/d/f": "inside", "/absolute": MemoryRoot.link("/d/f") })
    expect(await promises.readFile("/absolute", "utf8")).toBe("inside")
  },
  "the same in a tar archive": async () => {
    using directory = box()
    execFileSync("tar", ["--create", "--file", `${directory.path}.tar`, "--directory", directory.path, "."])
    const archive = await Program.runPromise(Tar.open(`${directory.path}.tar`))
    const content = await Program.runPromise(archive.fileSystem.readFile("/absolute"))
    archive.close()
    expect(new TextDecoder().decode(content)).toBe("inside")
  },
  "refuses hard links to files outside": inBox(async ({ promises }, path) => {
    Fs.linkSync(`${path}/../f`, `${path}/hard`)
    expect(await promises.readFile("/hard", "utf8")).toBe("outside")
  }),
  "Windows and macOS": async () => {
    const { engines, os } = JSON.parse(
      Fs.readFileSync(fileURLToPath(new URL("../package.json", import.meta.url)), "utf8")
    ) as { engines: object; os?: ReadonlyArray<string> }
    expect({ engines, os }).not.toMatchObject({ os: ["win32"] })
  }
}

/** What the proof of a row needs besides Node. */
const needs: Readonly<Record<string, "koffi" | "mountHere">> = {
  "stays on one mount": "mountHere",
  "renames that fail if the target exists, or swap two files": "koffi",
  "makes fifos, sockets and devices": "koffi"
}

const judgesOf = (name: string) => needs[name] ?? []

describe("the comparison with others", () => {
  it("has one proof per row and one row per proof", () => {
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(proofs))
  })

  it("contains every row of the README's table", () => {
    const short = tableIn(textOf("README.md").split("## Compared")[1] ?? "")
    expect(short.length).toBeGreaterThan(5)
    for (const row of short) expect(table).toContainEqual(expect.objectContaining(row))
  })

  for (const { name, own } of rows) {
    it.skipIf(without(...[judgesOf(name)].flat()))(`${name}: ${own}`, async () => {
      expect(["yes", "with native calls", "–"]).toContain(own)
      await proofs[name]?.()
    })
  }
})
