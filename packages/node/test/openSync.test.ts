/** Descriptors that `root.sync.openSync` opens, for the functions of `node:fs`. */
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { type OpenRoot, openRoot, type Options } from "@procfsroot/node/OpenRoot"
import { sample, seed } from "@procfsroot/testkit/differential"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import * as Fs from "node:fs"
import { Worker } from "node:worker_threads"
import { describe, expect, it } from "vitest"

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_TRUNC, O_WRONLY } = Fs.constants

const box = () => {
  const place = temporary()
  Fs.mkdirSync(`${place.path}/root/d`, { recursive: true })
  Fs.writeFileSync(`${place.path}/root/d/f`, "inside")
  Fs.writeFileSync(`${place.path}/f`, "outside")
  Fs.symlinkSync("/d/f", `${place.path}/root/absolute`)
  Fs.symlinkSync("../../f", `${place.path}/root/d/up`)
  return { root: `${place.path}/root`, outside: `${place.path}/f`, [Symbol.dispose]: () => place[Symbol.dispose]() }
}

const contentOf = (fd: number): string => {
  try {
    return Fs.readFileSync(fd, "utf8")
  } finally {
    Fs.closeSync(fd)
  }
}

const codeOf = (open: () => number): unknown => {
  try {
    Fs.closeSync(open())
    return "opened"
  } catch (error) {
    return (error as NodeJS.ErrnoException).code // all errors of these functions have Node's form
  }
}

const ways: ReadonlyArray<readonly [name: string, options: Options]> = [
  ["the kernel", {}],
  ["the walk", { strategy: "walk" }],
  ["the kernel, with a policy", { containment: "beneath", symlinks: "forbid" }]
]

describe.each(ways)("opened by %s", (_, options) => {
  const forbids = options.symlinks === "forbid"

  it("a file is the one to which the path leads in the root", async () => {
    using place = box()
    await using root = await openRoot(place.root, options)
    const { openSync } = root.sync
    expect(contentOf(openSync("d/f", "r"))).toBe("inside")
    if (forbids) {
      expect(["absolute", "d/up", "/d/f"].map((path) => codeOf(() => openSync(path, "r")))).toEqual([
        "ELOOP",
        "ELOOP",
        "EXDEV"
      ])
      return
    }
    expect(contentOf(openSync("/absolute", "r"))).toBe("inside")
    // `../../f` stays at the root, which does not contain f.
    expect(codeOf(() => openSync("/d/up", "r"))).toBe("ENOENT")
    Fs.writeFileSync(`${place.root}/f`, "clamped")
    expect(contentOf(openSync("/d/up", "r"))).toBe("clamped")
  })

  it("each new file has its own mode, of which only the permissions count", async () => {
    using place = box()
    await using root = await openRoot(place.root, options)
    const modes = [0o640, 0o600, 0o644, 0o100_600]
    for (const [i, mode] of modes.entries()) Fs.closeSync(root.sync.openSync(`d/${i}`, "w", mode))
    const found = modes.map((_, i) => Fs.statSync(`${place.root}/d/${i}`).mode & 0o777)
    expect(found).toEqual(modes.map((mode) => mode & 0o777 & ~process.umask()))
  })

  it("flags and modes work as in open(2)", async () => {
    using place = box()
    await using root = await openRoot(place.root, options)
    const { openSync } = root.sync
    const made = openSync("d/new", "wx", 0o640)
    Fs.writeSync(made, "new")
    expect(Fs.fstatSync(made).mode & 0o777).toBe(0o640 & ~process.umask())
    Fs.closeSync(made)
    expect(codeOf(() => openSync("d/new", O_CREAT | O_EXCL | O_WRONLY))).toBe("EEXIST")
    expect(codeOf(() => openSync("d/new", O_WRONLY | O_TRUNC))).toBe("opened")
    expect(Fs.readFileSync(`${place.root}/d/new`, "utf8")).toBe("")
    expect(codeOf(() => openSync("absolute", O_RDONLY | O_NOFOLLOW))).toBe("ELOOP")
    expect(codeOf(() => openSync("d", "w"))).toBe("EISDIR")
    expect(codeOf(() => openSync("d/f/", "r"))).toBe("ENOTDIR")
    expect(codeOf(() => openSync("", "r"))).toBe("ENOENT")
    expect(codeOf(() => openSync("d/f", "x"))).toBe("ERR_INVALID_ARG_VALUE")
    expect(Fs.readFileSync(place.outside, "utf8")).toBe("outside")
  })

  it("a descriptor stays open after its root is closed, and no new one can be opened", async () => {
    using place = box()
    const root = await openRoot(place.root, options)
    const fd = root.sync.openSync("d/f", "r")
    await root.close()
    expect(contentOf(fd)).toBe("inside")
    expect(codeOf(() => root.sync.openSync("d/f", "r"))).toBe("EBADF")
  })
})

it("a read-only root opens nothing for writing", async () => {
  using place = box()
  await using root = await openRoot(place.root, { readOnly: true })
  expect(codeOf(() => root.sync.openSync("d/f", "r+"))).toBe("EROFS")
  expect(contentOf(root.sync.openSync("d/f", "r"))).toBe("inside")
})

it("a tree in memory has no descriptors", async () => {
  await using root = await openMemoryRoot({ "/f": "" })
  expect(codeOf(() => root.sync.openSync("/f", "r"))).toBe("ENOTSUP")
})

/** Node warns if a Worker closes a descriptor that was not opened by Node's functions in this Worker. */
it("no warning is printed when a Worker closes a descriptor that it has opened", async () => {
  using place = box()
  const program = new URL("programs/openInWorker.mjs", import.meta.url)
  const worker = new Worker(program, { workerData: place.root, stderr: true })
  let printed = ""
  worker.stderr.on("data", (data) => printed += data)
  const status = await new Promise((resolve, reject) => worker.on("exit", resolve).on("error", reject))
  expect([status, printed]).toEqual([0, ""])
})

/** Flags that differ in what is opened, created or truncated. */
const flags = ["r", "r+", "w", "wx", "a", O_RDONLY | O_NOFOLLOW, O_WRONLY | O_CREAT | O_NOFOLLOW]

/** The path in the root of the file that was opened, or the errno. */
const opened = (root: OpenRoot, place: string, path: string, flag: number | string): unknown => {
  try {
    const fd = root.sync.openSync(path, flag)
    try {
      return Fs.readlinkSync(`/proc/self/fd/${fd}`).slice(place.length) || "/"
    } finally {
      Fs.closeSync(fd)
    }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code // it has Node's form, as above
  }
}

const listed = async ({ directory }: OpenRoot, place: string) => {
  const entries = await directory.readDirectoryEntries(".", { recursive: true })
  return entries.map(({ name }) => name).toSorted().map((name) => {
    const stat = Fs.lstatSync(`${place}/${name}`)
    return [name, stat.mode, stat.isFile() ? stat.size : stat.nlink]
  })
}

describe.each(ways.filter(([name]) => name !== "the walk"))("opened by %s", (_, options) => {
  it(`files are the same as those that the walk opens, creates and truncates, seed ${seed}`, async () => {
    let successes = 0
    for (const [tree, paths] of sample(30)) {
      using one = temporary()
      using other = temporary()
      for (const place of [one, other]) materialize(place.path, tree)
      await using kernel = await openRoot(one.path, options)
      await using walk = await openRoot(other.path, { ...options, strategy: "walk" })
      for (const path of paths) {
        for (const flag of flags) {
          const expected = opened(walk, other.path, path, flag)
          expect([path, flag, opened(kernel, one.path, path, flag)]).toEqual([path, flag, expected])
          if (String(expected).startsWith("/")) successes++
        }
      }
      expect(await listed(kernel, one.path)).toEqual(await listed(walk, other.path))
    }
    expect(successes).toBeGreaterThan(200)
  })
})
