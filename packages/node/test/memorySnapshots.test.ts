/**
 * Snapshots share unchanged files with the tree. After each of many random calls, with faults, limits, users and a
 * mount, a snapshot is compared with a copy of the whole tree that is read with ordinary calls.
 */
import { type MemoryRoot, openMemoryRoot } from "@procfsroot/node"
import { describe, expect, it } from "vitest"
import { directory, fifo, file, hardLink, link, mount } from "../src/MemoryRoot.js"
import { generator, type Random } from "@procfsroot/testkit/generator"

const SEEDS = Number(process.env["SEEDS"] ?? 60)
const LENGTH = 60
const BLOCK = 4096

const users = [{ uid: 0, gid: 0 }, { uid: 1001, gid: 1001, umask: 0o077 }]

type Root = MemoryRoot.MemoryRoot

/** The paths in the tree, each with the device of its parent directory. */
const placesOf = async ({ promises }: Root): Promise<ReadonlyArray<readonly [path: string, device: number]>> => {
  const { dev } = await promises.lstat("/")
  const places: Array<readonly [string, number]> = [["/", dev]]
  for (const [path] of places) {
    const stats = await promises.lstat(path)
    if (!stats.isDirectory()) continue
    for (const name of await promises.readdir(path)) {
      places.push([path === "/" ? `/${name}` : `${path}/${name}`, stats.dev])
    }
  }
  return places.toSorted(([a], [b]) => a < b ? -1 : 1)
}

/** Everything in the tree, in the form that the constructors create. */
const copyOf = async (root: Root): Promise<MemoryRoot.Tree> => {
  const { promises } = root
  const entries: Record<string, MemoryRoot.Entry> = {}
  const names = new Map<number, string>()
  for (const [path, device] of await placesOf(root)) {
    const stats = await promises.lstat(path)
    const { gid, ino, mtime, uid } = stats
    const attributes = { mode: stats.mode & 0o7777, uid, gid, mtime }
    const known = names.get(ino)
    if (known !== undefined) entries[path] = hardLink(known)
    else if (stats.isDirectory()) entries[path] = stats.dev === device ? directory(attributes) : mount(attributes)
    else if (stats.isSymbolicLink()) entries[path] = link(await promises.readlink(path), { uid, gid, mtime })
    else entries[path] = stats.isFIFO() ? fifo(attributes) : file(await promises.readFile(path), attributes)
    names.set(ino, known ?? path)
  }
  return entries
}

const pathOf = ({ pick }: Random): string =>
  `${pick(["", "/a", "/b", "/m", "/a/a", "/m/c"])}/${pick(["a", "b", "c", "d", "e"])}`

type Call = (root: Root) => Promise<unknown>

const callOf = (random: Random): Call => {
  const [path, other] = [pathOf(random), pathOf(random)]
  const mode = random.pick([0o644, 0o755, 0o777, 0o1777, 0o600, 0o4755])
  const size = random.pick([0, 1, 100, BLOCK, BLOCK + 1, 3 * BLOCK])
  const text = random.pick(["x", "y", "z"]).repeat(size)
  return random.pick<Call>([
    ({ promises }) => promises.writeFile(path, text),
    ({ promises }) => promises.writeFile(path, text, { flag: "r+" }),
    ({ promises }) => promises.appendFile(path, text),
    ({ promises }) => promises.truncate(path, size),
    ({ promises }) => promises.mkdir(path, { recursive: true, mode }),
    ({ promises }) => promises.mkdir(path, { mode }),
    ({ promises }) => promises.symlink(other, path),
    ({ promises }) => promises.link(path, other),
    ({ promises }) => promises.link(path, other),
    ({ promises }) => promises.rename(path, other),
    ({ promises }) => promises.rename(path, other),
    ({ promises }) => promises.rm(path, { recursive: true }),
    ({ promises }) => promises.unlink(path),
    ({ promises }) => promises.rmdir(path),
    ({ promises }) => promises.chmod(path, mode),
    ({ promises }) => promises.lchown(path, random.pick([0, 1001]), random.pick([0, 1001])),
    ({ promises }) => promises.utimes(path, size, size),
    ({ promises }) => promises.cp(path, other, { recursive: true }),
    ({ promises }) => promises.copyFile(path, other),
    ({ directory }) => directory.rename(path, other, { mode: "exchange" }),
    ({ directory }) => directory.makeNode(path, { type: "FIFO" }),
    ({ directory }) => directory.writeFileAtomic(path, text),
    ({ directory }) => directory.setExtendedAttribute(path, "user.a", Buffer.from("a"))
  ])
}

/** Files stay open during many calls, even when their names are removed. */
const openOf = (random: Random) => {
  const path = pathOf(random)
  const flags = random.pick(["r+", "w", "a", "w+"])
  return ({ promises }: Root) => promises.open(path, flags)
}

type Handle = Awaited<ReturnType<ReturnType<typeof openOf>>>

const useOf = (random: Random) => {
  const size = random.pick([1, 100, BLOCK, 2 * BLOCK])
  const position = random.pick([0, 10, BLOCK, 9 * BLOCK])
  return random.pick<(handle: Handle) => Promise<unknown>>([
    (handle) => handle.write(Buffer.alloc(size, "w"), 0, size, position),
    (handle) => handle.write(Buffer.alloc(size, "w"), 0, size, position),
    (handle) => handle.truncate(size),
    (handle) => handle.chmod(random.pick([0o600, 0o644, 0o4755])),
    (handle) => handle.utimes(size, size)
  ])
}

const faultsOf = ({ pick, random }: Random): ReadonlyArray<MemoryRoot.Fault> =>
  pick<ReadonlyArray<MemoryRoot.Fault>>([
    [],
    [{ step: pick(["write", "truncate", "open", "close", "chmod", "utimes", "unlink", "rename"]), code: "EIO" }],
    [{ step: "write", short: 1 + random(5_000) }, { step: "write", from: 2, code: "EIO" }],
    [{ step: ["mkdir", "symlink", "chown", "link"], nth: 1 + random(3), code: "EDQUOT" }],
    [{ probability: 0.2, seed: random(1_000), code: "EIO" }]
  ])

const limitsOf = ({ pick, random }: Random): MemoryRoot.Limits =>
  pick<MemoryRoot.Limits>([
    {},
    { freeBytes: random(4) * BLOCK },
    { freeInodes: random(3), openFiles: 1 + random(3) },
    { readOnly: true }
  ])

const tree = (random: Random): MemoryRoot.Tree => {
  const made: Record<string, MemoryRoot.Entry> = {
    "/": directory({ mode: 0o777 }),
    "/m": mount({ mode: 0o777 }),
    "/m/c": directory({ mode: 0o777 })
  }
  for (const name of ["a", "b"]) {
    made[`/${name}`] = directory({ mode: 0o1777 })
    made[`/${name}/a`] = directory({ uid: 1001, gid: 1001 })
    made[`/${name}/b`] = file("b".repeat(random.random(9_000)), { mode: 0o666 })
  }
  return { ...made, "/c": hardLink("/a/b") }
}

describe("a snapshot", () => {
  it(`is the whole tree after each call of ${SEEDS} sequences with faults and limits`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = generator(seed)
      let now = 0
      const reader = openMemoryRoot(tree(random), { now: () => now })
      const roots = users.map((user) => reader.asUser(user))
      const handles: Array<Handle> = []
      for (let i = 0; i < LENGTH; i++) {
        now += 1_000
        if (random.random(5) === 0) reader.limit(limitsOf(random))
        reader.inject(faultsOf(random))
        try {
          const handle = random.random(3) === 0 ? handles[random.random(handles.length + 1)] : undefined
          if (handle !== undefined) await useOf(random)(handle)
          else if (random.random(6) === 0) handles.push(await openOf(random)(random.pick(roots)))
          else await callOf(random)(random.pick(roots))
        } catch { /* the faults, the limits, and names that are not there */ }
        if (random.random(10) === 0) await handles.shift()?.close().catch(() => {})
        reader.inject([])
        expect([seed, i, { ...reader.snapshot() }]).toEqual([seed, i, await copyOf(reader)])
      }
    }
  })
})
