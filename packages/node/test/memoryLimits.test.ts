/** Limits of a file system in memory, compared with a tmpfs of the same size, and with the kernel's limit of open files. */
import { directory, openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { type OpenRoot, openRoot } from "@procfsroot/node/OpenRoot"
import type { FileHandle, Promises } from "@procfsroot/node/Promises"
import { linux, without } from "@procfsroot/testkit/judges"
import { limitedTmpfs } from "@procfsroot/testkit/mounts"
import { node } from "@procfsroot/testkit/runtime"
import { spawnSync } from "node:child_process"
import * as fs from "node:fs/promises"
import { describe, expect, it } from "vitest"
import { nativeCalls } from "./nativeCalls.js"

const BLOCK = 4_096

/** A file system on a disk or in memory, and how to convert a path in the tree to a path in it. */
interface World {
  readonly fs: Promises
  readonly at: (path: string) => string
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : String(error)

const outcome = async (run: () => Promise<unknown>): Promise<unknown> => {
  try {
    return await run() ?? "ok"
  } catch (error) {
    return codeOf(error)
  }
}

/** Makes the same choices for the same seed. */
class Choices {
  #state: number
  constructor(seed: number) {
    this.#state = seed + 1
  }

  pick<A>(options: readonly [A, ...ReadonlyArray<A>]): A {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) >>> 0
    return options[(this.#state >>> 8) % options.length] ?? options[0]
  }
}

type Step = (world: World) => Promise<unknown>

const write = (path: string, flags: string, size: number, position: number | null): Step => async ({ at, fs }) => {
  const file = await fs.open(at(path), flags)
  try {
    const lengths = []
    for (let written = 0, tries = 0; written < size && tries < 3; tries++) {
      const part = Buffer.alloc(size - written, "x")
      const { bytesWritten } = await file.write(part, 0, part.length, position === null ? null : position + written)
      lengths.push(bytesWritten)
      written += bytesWritten
    }
    return lengths
  } finally {
    await file.close()
  }
}

const names = ["a", "b", "c", "d"] as const

const anyStep = (random: Choices): Step => {
  const [name, other] = [`/${random.pick(names)}`, `/${random.pick(names)}`]
  const size = random.pick([0, 1, 100, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 5])
  const position = random.pick([0, 10, BLOCK - 1, 2 * BLOCK, 7 * BLOCK])
  return random.pick<Step>([
    write(name, "w", size, null),
    write(name, "a", size, null),
    write(name, "r+", size, position),
    ({ at, fs }) => fs.writeFile(at(name), Buffer.alloc(size, "y")),
    ({ at, fs }) => fs.truncate(at(name), position),
    ({ at, fs }) => fs.mkdir(at(name)),
    ({ at, fs }) => fs.symlink("t".repeat(random.pick([1, 126, 127, 128, 300])), at(name)),
    ({ at, fs }) => fs.link(at(name), at(other)),
    ({ at, fs }) => fs.rename(at(name), at(other)),
    ({ at, fs }) => fs.rm(at(name), { recursive: true }),
    ({ at, fs }) => fs.rm(at(name), { recursive: true })
  ])
}

/** The state after a step: sizes, contents and targets, and the free space. */
const stateOf = async ({ at, fs }: World): Promise<unknown> => {
  const state: Array<unknown> = []
  for (const name of (await fs.readdir(at("/"))).toSorted()) {
    const stats = await fs.lstat(at(`/${name}`))
    const content = stats.isFile() ? (await fs.readFile(at(`/${name}`))).toString("latin1") : ""
    state.push([name, stats.mode, stats.nlink, stats.isDirectory() ? 0 : stats.size, content])
  }
  const { bavail, bfree, blocks, ffree, files } = await fs.statfs(at("/"))
  return { state, blocks, bfree, bavail, files, ffree }
}

const disk = (path: string): World => ({ fs: fs as unknown as Promises, at: (name) => path + name }) // the same functions

const opening = (flags: string) => async ({ at, fs }: World, path: string) => {
  // A fifo would wait for its other end.
  if (path !== "/p") await (await fs.open(at(path), flags)).close()
}

/** All calls that would change something, and a few that would not. */
const calls: Readonly<Record<string, (world: World, path: string) => Promise<unknown>>> = {
  accessRead: ({ at, fs }, path) => fs.access(at(path), fs.constants.R_OK),
  accessWrite: ({ at, fs }, path) => fs.access(at(path), fs.constants.W_OK),
  chmod: ({ at, fs }, path) => fs.chmod(at(path), 0o600),
  chown: ({ at, fs }, path) => fs.chown(at(path), 0, 0),
  lchown: ({ at, fs }, path) => fs.lchown(at(path), 0, 0),
  linkFrom: ({ at, fs }, path) => fs.link(at(path), at("/new")),
  linkTo: ({ at, fs }, path) => fs.link(at("/f"), at(path)),
  mkdir: ({ at, fs }, path) => fs.mkdir(at(path)),
  openA: opening("a"),
  openR: opening("r"),
  openRPlus: opening("r+"),
  openW: opening("w"),
  openWX: opening("wx"),
  renameFrom: ({ at, fs }, path) => fs.rename(at(path), at("/new")),
  renameTo: ({ at, fs }, path) => fs.rename(at("/f"), at(path)),
  rmdir: ({ at, fs }, path) => fs.rmdir(at(path)),
  symlink: ({ at, fs }, path) => fs.symlink("x", at(path)),
  unlink: ({ at, fs }, path) => fs.unlink(at(path)),
  utimes: ({ at, fs }, path) => fs.utimes(at(path), 1, 1)
}

const paths = [
  "/f",
  "/f/",
  "/f/x",
  "/d",
  "/d/",
  "/d/f",
  "/empty",
  "/l",
  "/l/",
  "/dangling",
  "/p",
  "/none",
  "/none/",
  "/none/x"
]

type RootStep = (root: OpenRoot, open: Array<FileHandle>) => Promise<unknown>

/** Steps that take the space of inodes, also by extended attributes and by what is removed but still open. */
const anyInodeStep = (random: Choices): RootStep => {
  const name = random.pick(["/", "/a", "/b", "/d", "/d/a", "/d/e", "/d/e/a"])
  const attribute = random.pick(["user.x", "user.\u00e9", "trusted.longer"])
  const value = new Uint8Array(random.pick([0, 1, 100, 970, 977, 978, 979, 1_024, 1_500, 3_000]))
  const set: RootStep = ({ directory }) => directory.setExtendedAttribute(name, attribute, value)
  return random.pick<RootStep>([
    set,
    set,
    ({ directory }) => directory.removeExtendedAttribute(name, attribute),
    ({ promises }) => promises.writeFile(name, ""),
    ({ promises }) => promises.mkdir(name),
    ({ promises }) => promises.rename(name, "/d/a"),
    ({ promises }) => promises.unlink(name),
    ({ promises }) => promises.rmdir(name),
    async ({ promises }, open) => void open.push(await promises.open(name)),
    async (_, open) => await open.shift()?.close(),
    async (_, open) => await open.pop()?.close()
  ])
}

/** The space that extended attributes take on a tmpfs. */
const counting = linux(6, 6, "count extended attributes on a tmpfs")

describe.skipIf(without("root", "mountHere"))("limits in memory, compared with those of a tmpfs", () => {
  const seeds = Number(process.env["SEEDS"] ?? 60)

  const small = { timeout: 10_000 + 200 * seeds }

  it.skipIf(without("nodeFs"))("have the same results after random operations on a small disk", small, async () => {
    for (let seed = 0; seed < seeds; seed++) {
      using real = limitedTmpfs(`size=${5 * BLOCK},nr_inodes=5,mode=755`)
      const limits = { freeBytes: 5 * BLOCK, freeInodes: 4 }
      const memory = openMemoryRoot({ "/": directory() }, { limits })
      const worlds = [disk(real.path), { fs: memory.promises, at: (path: string) => path }] as const
      const [one, two] = [new Choices(seed), new Choices(seed)]
      for (let i = 0; i < 30; i++) {
        const [wanted, got] = [
          await outcome(() => anyStep(one)(worlds[0])),
          await outcome(() => anyStep(two)(worlds[1]))
        ]
        expect([seed, i, got]).toEqual([seed, i, wanted])
        expect([seed, i, await stateOf(worlds[1])]).toEqual([seed, i, await stateOf(worlds[0])])
      }
    }
  })

  it.skipIf(without(nativeCalls, counting))(
    "count extended attributes, and what is removed but in use",
    small,
    async () => {
      for (let seed = 0; seed < seeds; seed++) {
        using real = limitedTmpfs("nr_inodes=5,mode=755")
        await using judge = await openRoot(real.path)
        const memory = openMemoryRoot({ "/": directory() }, { limits: { freeInodes: 4 } })
        const [open, kept]: [Array<FileHandle>, Array<FileHandle>] = [[], []]
        const [one, two] = [new Choices(seed), new Choices(seed)]
        for (let i = 0; i < 60; i++) {
          const [wanted, got] = [
            await outcome(() => anyInodeStep(one)(judge, open)),
            await outcome(() => anyInodeStep(two)(memory, kept))
          ]
          const [free, ours] = [await judge.directory.statfs("/"), await memory.directory.statfs("/")]
          expect([seed, i, got, ours.freeInodes, ours.inodes]).toEqual([seed, i, wanted, free.freeInodes, free.inodes])
        }
        for (const file of [...open, ...kept]) await file.close()
      }
    }
  )

  it.skipIf(without("koffi"))("count directories that were removed while something in them is open", async () => {
    using real = limitedTmpfs("nr_inodes=9,mode=755")
    await using judge = await openRoot(real.path)
    const memory = openMemoryRoot({ "/": directory() }, { limits: { freeInodes: 8 } })
    const [wanted, got] = await Promise.all([judge, memory].map(async ({ directory, promises }) => {
      const free: Array<bigint> = []
      const step = async <A>(done: Promise<A>): Promise<A> => {
        const result = await done
        free.push((await directory.statfs("/")).freeInodes)
        return result
      }
      await step(promises.mkdir("/d/e", { recursive: true }))
      const files = [await step(promises.open("/d/e/f", "w")), await step(promises.open("/d/e/g", "w"))]
      const opened = await step(promises.open("/d"))
      for (const name of ["/d/e/f", "/d/e/g"]) await step(promises.unlink(name))
      for (const name of ["/d/e", "/d"]) await step(promises.rmdir(name))
      for (const file of [...files, opened]) await step(file.close())
      return free
    }))
    expect(got).toEqual(wanted)
    expect(wanted).toEqual([6n, 5n, 4n, 4n, 4n, 4n, 4n, 4n, 5n, 7n, 8n])
  })

  it("give the same errors when the disk is read-only", async () => {
    using real = limitedTmpfs("mode=755")
    const memory = openMemoryRoot({ "/": directory() })
    const worlds = [disk(real.path), { fs: memory.promises, at: (path: string) => path }] as const
    for (const { at, fs } of worlds) {
      await fs.mkdir(at("/d"))
      await fs.mkdir(at("/empty"))
      await fs.writeFile(at("/d/f"), "x")
      await fs.writeFile(at("/f"), "x")
      await fs.symlink("f", at("/l"))
      await fs.symlink("none", at("/dangling"))
    }
    await memory.directory.makeNode("/p", { type: "FIFO" })
    spawnSync("mkfifo", [`${real.path}/p`])
    real.freeze()
    memory.limit({ readOnly: true })
    const different: Array<unknown> = []
    for (const [name, call] of Object.entries(calls)) {
      for (const path of paths) {
        const [wanted, got] = [
          await outcome(() => call(worlds[0], path)),
          await outcome(() => call(worlds[1], path))
        ]
        if (wanted !== got) different.push({ name, path, wanted, got })
      }
    }
    expect(different).toEqual([])
  })
})

/** Opens as many files as the limit allows, and prints how some calls then fail. */
const program = `
  import * as fs from "node:fs"
  const codeOf = (run) => {
    try {
      run()
      return "ok"
    } catch (error) {
      return error.code
    }
  }
  while (codeOf(() => fs.openSync("/")) !== "EMFILE") {}
  const paths = ["/", "/none", "/none/", "", "x".repeat(5000), "/" + "x".repeat(300), "/proc/self/status"]
  console.log(JSON.stringify(paths.map((path) => [
    codeOf(() => fs.openSync(path)),
    codeOf(() => fs.openSync(path, "wx")),
    codeOf(() => fs.readFileSync(path)),
    codeOf(() => fs.writeFileSync(path, "")),
    codeOf(() => fs.truncateSync(path)),
    codeOf(() => fs.statSync(path)),
  ])))`

describe("open files", () => {
  it("are limited as in the kernel", async () => {
    const args = ["-c", "ulimit -n 64 && exec \"$0\" --input-type=module --eval \"$1\"", node, program]
    const { stdout } = spawnSync("sh", args, { encoding: "utf8" })
    const memory = openMemoryRoot({ "/proc/self/status": "x" }, { limits: { openFiles: 2 } })
    const { promises } = memory
    const open = [await promises.open("/"), await promises.open("/")]
    const paths = ["/", "/none", "/none/", "", "x".repeat(5_000), `/${"x".repeat(300)}`, "/proc/self/status"]
    const answers = []
    for (const path of paths) {
      answers.push([
        await outcome(() => promises.open(path)),
        await outcome(() => promises.open(path, "wx")),
        await outcome(() => promises.readFile(path)),
        await outcome(() => promises.writeFile(path, "")),
        await outcome(() => promises.truncate(path)),
        await outcome(async () => void await promises.stat(path))
      ])
    }
    expect(answers).toEqual(JSON.parse(stdout))
    await open[0]?.close()
    expect(await promises.readFile("/proc/self/status", "utf8")).toBe("x")
    expect(await promises.readdir("/")).toEqual(["proc"])
    await promises.open("/")
    await expect(promises.readdir("/")).rejects.toMatchObject({ code: "EMFILE" })
  })
})

describe("names and paths", () => {
  it("can have a smaller limit", async () => {
    const { promises } = openMemoryRoot({}, { limits: { nameBytes: 8, pathBytes: 12 } })
    await promises.mkdir("/12345678")
    const failing = { code: "ENAMETOOLONG" }
    await expect(promises.mkdir("/123456789")).rejects.toMatchObject(failing)
    await expect(promises.stat("/äöüä1")).rejects.toMatchObject(failing)
    await expect(promises.stat("/12345678///")).resolves.toBeDefined()
    await expect(promises.stat("/12345678////")).rejects.toMatchObject(failing)
    await expect(promises.symlink("x".repeat(13), "/l")).rejects.toMatchObject(failing)
  })
})

describe("a limit", () => {
  it.each([{ bytes: 1 }, { freeBytes: -1 }, { nameBytes: 256 }, { openFiles: 0.5 }])(
    "is refused if it is %o",
    (limits) => {
      const root = openMemoryRoot({})
      expect(() => root.limit(limits)).toThrow(TypeError)
      expect(() => openMemoryRoot({}, { limits })).toThrow(TypeError)
    }
  )
})
