/**
 * A directory that was removed while it is in use is empty and stays so. Each call in it must fail as in a directory
 * that the kernel reaches through a descriptor.
 */
import { directory, openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { type OpenRoot, openRoot } from "@procfsroot/node/OpenRoot"
import { temporary } from "@procfsroot/testkit/temporary"
import { existsSync, mkdirSync, rmdirSync } from "node:fs"
import * as NodePromises from "node:fs/promises"
import { describe, expect, it } from "vitest"
import type { Fs } from "./fileSystems.js"

const long = "n".repeat(256)

type Call = (fs: Fs, at: (name: string) => string) => Promise<unknown>

const calls: Readonly<Record<string, Call>> = {
  "open to create": (fs, at) => fs.writeFile(at("x"), "text"),
  "exclusive open": (fs, at) => fs.writeFile(at("x"), "text", { flag: "wx" }),
  "open with a slash": (fs, at) => fs.writeFile(at("x/"), "text"),
  mkdir: (fs, at) => fs.mkdir(at("x")),
  mkdtemp: (fs, at) => fs.mkdtemp(at("x")),
  symlink: (fs, at) => fs.symlink("target", at("x")),
  "symlink with a slash": (fs, at) => fs.symlink("target", at("x/")),
  readdir: (fs, at) => fs.readdir(at("")),
  "recursive readdir": (fs, at) => fs.readdir(at(""), { recursive: true }),
  stat: async (fs, at) => {
    const { mode, nlink } = await fs.stat(at("."))
    return { mode, nlink }
  },
  "stat of a name": (fs, at) => fs.stat(at("x")),
  "stat of a long name": (fs, at) => fs.stat(at(long)),
  "mkdir of a long name": (fs, at) => fs.mkdir(at(long)),
  "open of a long name": (fs, at) => fs.writeFile(at(long), ""),
  unlink: (fs, at) => fs.unlink(at("x")),
  rmdir: (fs, at) => fs.rmdir(at("x")),
  rename: (fs, at) => fs.rename(at("x"), at("y")),
  "rename of a long name": (fs, at) => fs.rename(at(long), at("y")),
  readlink: (fs, at) => fs.readlink(at("x")),
  chmod: (fs, at) => fs.chmod(at("."), 0o700),
  utimes: (fs, at) => fs.utimes(at("."), 1, 2),
  access: (fs, at) => fs.access(at(".")),
  copyFile: (fs, at) => fs.copyFile(at("x"), at("y")),
  truncate: (fs, at) => fs.truncate(at("x"), 1)
}

const told = (run: Promise<unknown>): Promise<unknown> =>
  // Bun returns null instead of undefined.
  run.then(
    (value) => ({ value: value ?? undefined }),
    ({ code, syscall }: NodeJS.ErrnoException) => ({ code, syscall })
  )

const isBun = process.versions["bun"] !== undefined

/** Bun cannot list a removed directory, and its error of `truncate` names another call than Node's. */
const judgedCalls = Object.entries(calls).filter(([name]) => !isBun || !/readdir|truncate/.test(name))

/** With `walk`, directories are listed by the functions of the runtime. */
const strategies = isBun ? ["kernel"] as const : ["kernel", "walk"] as const

/** The answer of Node and the kernel. */
const expected = async (call: Call): Promise<unknown> => {
  using box = temporary()
  const directory = `${box.path}/d`
  mkdirSync(directory)
  const open = await NodePromises.open(directory)
  try {
    rmdirSync(directory)
    return await told(call(NodePromises, (name) => `/proc/self/fd/${open.fd}/${name}`))
  } finally {
    await open.close()
  }
}

const judged = async (root: OpenRoot, call: Call): Promise<unknown> => {
  await root.promises.mkdir("/d")
  await using sub = await root.subRoot("/d")
  await root.promises.rmdir("/d")
  const answer = await told(call(sub.promises, (name) => `/${name}`))
  expect(await sub.promises.readdir("/")).toEqual([])
  return answer
}

describe.each(judgedCalls)("in a removed directory, %s", (_, call) => {
  it("answers the same in memory as the kernel", async () => {
    await using root = openMemoryRoot({ "/file": "" })
    expect(await judged(root, call)).toEqual(await expected(call))
  })

  it.each(strategies)("answers the same on a disk as the kernel: %s", async (strategy) => {
    using box = temporary()
    await using root = await openRoot(box.path, { strategy })
    expect(await judged(root, call)).toEqual(await expected(call))
  })
})

describe("a tree that is removed several times at once", () => {
  it.each([undefined, "none"] as const)("is removed by all of them, as in Node: %s", async (native) => {
    using temp = temporary()
    await using root = await openRoot(temp.path, { native })
    for (let i = 0; i < 100; i++) mkdirSync(`${temp.path}/d/${i}/e/f`, { recursive: true })
    // One of them may find nothing any more.
    await Promise.all([1, 2, 3].map(() => root.promises.rm("/d", { force: true, recursive: true })))
    expect(existsSync(`${temp.path}/d`)).toBe(false)
  })
})

describe("a removed directory in memory", () => {
  const removed = async () => {
    const root = openMemoryRoot({ "/d": directory(), "/e": directory() }, { limits: { freeInodes: 9 } })
    const free = async () => (await root.promises.statfs("/")).ffree
    return { root, free, directory: await root.subRoot("/d"), open: await root.promises.open("/d") }
  }

  it("has no links, whether rmdir or a rename took its name", async () => {
    for (const remove of ["rmdir", "rename"] as const) {
      const { open, root } = await removed()
      if (remove === "rmdir") await root.promises.rmdir("/d")
      else await root.promises.rename("/e", "/d")
      expect((await open.stat()).nlink).toBe(0)
      await open.close()
    }
  })

  it("gets no names, and no space is taken for any", async () => {
    const { directory: { directory, promises }, free, open, root } = await removed()
    await root.promises.rmdir("/d")
    await open.close()
    const before = await free()
    await expect(directory.makeNode("/x", { type: "FIFO" })).rejects.toMatchObject({ code: "ENOENT", syscall: "mknod" })
    await expect(directory.writeFileAtomic("/x", "")).rejects.toMatchObject({ code: "ENOENT", syscall: "open" })
    // In Node, this never ends.
    await expect(promises.mkdir("/x/y", { recursive: true })).rejects.toMatchObject({
      code: "ENOENT",
      syscall: "mkdir"
    })
    await expect(promises.writeFile("/x", "")).rejects.toMatchObject({ code: "ENOENT", syscall: "open" })
    expect(await free()).toBe(before)
  })
})
