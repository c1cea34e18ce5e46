/**
 * Compares several users, umasks, sticky and set-group-id directories and mounts with the kernel: several users make
 * random calls on one tree in memory, and on the same tree on a disk, where the process becomes the user for each call.
 */
import { type MemoryRoot, NodeTree, openMemoryRoot, TreeDiff } from "@procfsroot/node"
import { as } from "@procfsroot/testkit/chroot"
import { without } from "@procfsroot/testkit/judges"
import { mountedTemporary, mountTmpfs } from "@procfsroot/testkit/mounts"
import { held } from "@procfsroot/testkit/sysctl"
import { temporary } from "@procfsroot/testkit/temporary"
import type { User } from "@procfsroot/vfs/MemoryTree"
import * as Fs from "node:fs"
import { isDeepStrictEqual } from "node:util"
import { describe, expect, it } from "vitest"
import { directory, file, link, mount } from "../src/MemoryRoot.js"
import { generator, type Random } from "@procfsroot/testkit/generator"

const SEEDS = Number(process.env["SEEDS"] ?? 60)
const LENGTH = 40

/** They share groups, so that for each of them there are files of their own, of their group, and of others. */
const users: ReadonlyArray<{ readonly [K in keyof User]-?: Exclude<User[K], undefined> }> = [
  { uid: 0, gid: 0, groups: [], umask: 0o022 },
  { uid: 1001, gid: 1001, groups: [3000], umask: 0o022 },
  { uid: 1002, gid: 1002, groups: [], umask: 0o077 },
  { uid: 1003, gid: 3000, groups: [1001], umask: 0o002 }
]

/** The functions of both; in memory, each returns a promise. */
type Calls = Pick<
  typeof Fs.promises,
  | "appendFile"
  | "chmod"
  | "chown"
  | "lchown"
  | "link"
  | "mkdir"
  | "readFile"
  | "readdir"
  | "rename"
  | "rmdir"
  | "symlink"
  | "truncate"
  | "unlink"
  | "utimes"
  | "writeFile"
>
type Method = keyof Calls

interface Call {
  readonly user: number
  readonly method: Method
  readonly paths: ReadonlyArray<string>
  readonly rest: ReadonlyArray<unknown>
}

const modes = [0o644, 0o755, 0o777, 0o1777, 0o2775, 0o2777, 0o3777, 0o2711, 0o700, 0o4755, 0o6755, 0o2654, 0o666, 0o000]
const ids = [0, 1001, 1002, 1003, 3000]

const pathOf = ({ pick, random }: Random): string =>
  `/${Array.from({ length: 1 + random(3) }, () => pick(["a", "b", "c", "m"])).join("/")}`

const treeOf = (random: Random): MemoryRoot.Tree => {
  const tree: Record<string, MemoryRoot.Entry> = {
    "/": directory({ mode: random.pick([0o755, 0o777, 0o1777]) }),
    "/m": mount({ mode: 0o1777 })
  }
  const attributes = () => ({ mode: random.pick(modes), uid: random.pick(ids), gid: random.pick(ids) })
  for (let i = 0; i < 16; i++) {
    const path = pathOf(random)
    const parent = path.slice(0, path.lastIndexOf("/")) || "/"
    if (tree[path] !== undefined || tree[parent]?.type !== "Directory") continue
    const kind = random.random(10)
    tree[path] = kind < 6
      ? directory(attributes())
      : kind < 9
      ? file("x", attributes())
      : link(random.pick(["a", "b", "c/a", "m"]), { uid: random.pick(ids), gid: random.pick(ids) })
  }
  return tree
}

/** The arguments after the paths. */
const rests: Readonly<Record<Method, (random: Random) => ReadonlyArray<unknown>>> = {
  appendFile: () => ["more"],
  chmod: ({ pick }) => [pick(modes)],
  chown: ({ pick }) => [pick([-1, ...ids]), pick([-1, ...ids])],
  lchown: ({ pick }) => [pick([-1, ...ids]), pick([-1, ...ids])],
  link: () => [],
  mkdir: ({ pick }) => [{ mode: pick(modes) }],
  readFile: () => ["utf8"],
  readdir: () => [],
  rename: () => [],
  rmdir: () => [],
  symlink: () => [],
  truncate: () => [0],
  unlink: () => [],
  utimes: () => [1, 2],
  writeFile: ({ pick }) => ["text", { flag: pick(["w", "wx", "a", "r+"]), mode: pick(modes) }]
}

const methods = Object.keys(rests) as ReadonlyArray<Method> // the type's own keys

const callOf = (random: Random): Call => {
  const method = random.pick(methods)
  const isOfTwo = method === "link" || method === "rename"
  const own = [pathOf(random), ...(isOfTwo ? [pathOf(random)] : [])]
  const paths = method === "symlink" ? [random.pick(["a", "b", "c/a", "m"]), ...own] : own
  return { user: random.random(users.length), method, paths, rest: rests[method](random) }
}

const told = (value: unknown): unknown => Array.isArray(value) ? value.toSorted() : value ?? "ok"

const codeOf = (error: unknown): unknown => error instanceof Error && "code" in error ? error.code : error

const outcomeOf = (run: () => unknown): unknown => {
  try {
    return told(run())
  } catch (error) {
    return codeOf(error)
  }
}

const invoke = (calls: object, name: string, args: ReadonlyArray<unknown>): unknown => {
  const method: unknown = Reflect.get(calls, name)
  if (typeof method !== "function") throw new Error(`no ${name}`)
  return Reflect.apply(method, calls, args)
}

const inMemory = async (calls: object, { method, paths, rest }: Call): Promise<unknown> => {
  try {
    return told(await invoke(calls, method, [...paths, ...rest]))
  } catch (error) {
    return codeOf(error)
  }
}

const onDisk = (box: string, { method, paths, rest, user }: Call): unknown => {
  const inBox = paths.map((path) => path.startsWith("/") ? box + path : path)
  const who = users[user]
  if (who === undefined) throw new Error("no such user")
  return outcomeOf(() => as(who, () => invoke(Fs, `${method}Sync`, [...inBox, ...rest])))
}

/** Creates the tree on the disk, with a separate file system for each mount of the tree. */
const furnish = (box: string, tree: MemoryRoot.Tree): void => {
  for (const [path, entry] of Object.entries(tree)) {
    if (typeof entry !== "object" || !("uid" in entry)) throw new Error("not written out")
    const place = path === "/" ? box : box + path
    if (entry.type === "SymbolicLink") Fs.symlinkSync(entry.target, place)
    else if (entry.type === "File") Fs.writeFileSync(place, "x")
    else if (path !== "/") Fs.mkdirSync(place)
    if (entry.type === "Directory" && entry.mount === true) mountTmpfs(place)
    Fs.lchownSync(place, entry.uid, entry.gid)
    if (entry.type !== "SymbolicLink") Fs.chmodSync(place, entry.mode)
  }
}

const shown = ({ method, paths, rest, user }: Call): string =>
  `${users[user]?.uid}: ${method}(${[...paths, ...rest].map((arg) => JSON.stringify(arg)).join(", ")})`

/** The calls so far, if a result or the tree at the end differs from the kernel's. */
const difference = async (seed: number, hardlinks: 0 | 1): Promise<string | undefined> => {
  using box = mountedTemporary()
  const random = generator(seed)
  const tree = treeOf(random)
  furnish(box.path, tree)
  const first = openMemoryRoot(tree, { protected: { symlinks: 1, regular: 2, fifos: 1, hardlinks } })
  const roots = users.map((user) => first.asUser(user))
  const done: Array<string> = []
  for (let i = 0; i < LENGTH; i++) {
    const call = callOf(random)
    const expected = onDisk(box.path, call)
    const answer = await inMemory(roots[call.user]?.promises ?? {}, call)
    done.push(`${shown(call)} ${JSON.stringify(expected)}`)
    if (!isDeepStrictEqual(answer, expected)) {
      const before = JSON.stringify(tree, undefined, 1)
      return `SEED=${seed}: ${JSON.stringify(answer)} in memory\n${done.join("\n")}\n${before}`
    }
  }
  const changes = TreeDiff.diff(await NodeTree.fromDirectory(box.path), first.snapshot(), { ignore: ["mtime"] })
  return changes.length === 0 ? undefined : `SEED=${seed}\n${done.join("\n")}\n${TreeDiff.print(changes)}`
}

describe.skipIf(without("root", "mountHere", "settings", "ownProcess"))("several users of one tree", () => {
  it.for([0, 1] as const)(
    `get the same results as in the kernel in ${SEEDS} sequences of calls, hardlinks: %i`,
    async (hardlinks) => {
      using _settings = await held({
        protected_symlinks: 1,
        protected_regular: 2,
        protected_fifos: 1,
        protected_hardlinks: hardlinks
      })
      const seeds = process.env["SEED"] === undefined
        ? Array.from({ length: SEEDS }, (_, i) => 2 * i + hardlinks)
        : [Number(process.env["SEED"])]
      for (const seed of seeds) expect(await difference(seed, hardlinks)).toBeUndefined()
      using box = mountedTemporary()
      const owned = { uid: 0, gid: 0, mtime: new Date(0) }
      const tree: MemoryRoot.Tree = {
        "/": { type: "Directory", mode: 0o777, ...owned },
        "/file": { type: "File", mode: 0o644, content: "x", ...owned }
      }
      furnish(box.path, tree)
      const roots = users.map((user) => openMemoryRoot(tree, { protected: { hardlinks } }).asUser(user))
      for (const user of users.keys()) {
        const call: Call = { method: "link", paths: ["/file", `/of${user}`], rest: [], user }
        expect([user, await inMemory(roots[user]?.promises ?? {}, call)]).toEqual([user, onDisk(box.path, call)])
      }
    }
  )
})

/** Begins a watch in memory and ends it. Returns "ok", or the code of the error. */
const watched = async ({ promises }: Pick<MemoryRoot.MemoryRoot, "promises">, path: string): Promise<unknown> => {
  const over = new AbortController()
  const change = promises.watch(path, { signal: over.signal })[Symbol.asyncIterator]().next()
  over.abort("ok")
  return change.catch((error: unknown) => error === "ok" ? error : codeOf(error))
}

it.skipIf(without("root", "koffi", "ownProcess", "nodeFs"))(
  "a user may watch in memory what the kernel lets it watch",
  async () => {
    using box = temporary()
    const tree: Record<string, MemoryRoot.Entry> = { "/": directory() }
    for (const mode of [0o777, 0o444, 0o333, 0o640, 0o604, 0o004, 0o000]) {
      for (const uid of [0, 1001]) {
        const [name, attributes] = [`${uid}-${mode.toString(8)}`, { mode, uid, gid: 1001 }]
        Object.assign(tree, { [`/f${name}`]: file("x", attributes), [`/d${name}`]: directory(attributes) })
      }
    }
    furnish(box.path, tree)
    const first = openMemoryRoot(tree)
    for (const who of users) {
      const root = first.asUser(who)
      const onDisk = (path: string) => as(who, () => Fs.watch(box.path + path).close())
      for (const path of Object.keys(tree)) {
        expect([who.uid, path, await watched(root, path)]).toEqual([who.uid, path, outcomeOf(() => onDisk(path))])
      }
    }
  }
)

describe("users of one tree", () => {
  it("share the journal, the faults and the disk, but not the open files", async () => {
    const tree = { "/": directory({ mode: 0o777 }), "/a": "a", "/m": mount({ mode: 0o777 }) }
    const first = openMemoryRoot(tree, { limits: { freeBytes: 4_096, openFiles: 1 } })
    const other = first.asUser({ uid: 1001, gid: 1001 })
    first.inject([{ step: "mkdir", path: "/d", code: "EIO" }])
    await expect(other.promises.mkdir("/d")).rejects.toMatchObject({ code: "EIO" })
    expect(first.report()).toMatchObject([{ struck: 1 }])
    {
      await using _file = await first.promises.open("/a")
      await expect(first.promises.open("/a")).rejects.toMatchObject({ code: "EMFILE" })
      await (await other.promises.open("/a")).close()
    }
    await other.promises.writeFile("/b", "b")
    await expect(first.promises.writeFile("/c", "c")).rejects.toMatchObject({ code: "ENOSPC" })
    await first.promises.writeFile("/m/c", "x".repeat(9_000))
    other.limit({ readOnly: true })
    await expect(first.promises.unlink("/b")).rejects.toMatchObject({ code: "EROFS" })
    await other.promises.writeFile("/m/d", "d")
    expect(first.operations()).toEqual(other.operations())
    expect(first.operations()).toHaveLength(11)
  })

  it("empty a directory that they may not remove", async () => {
    const open = directory({ mode: 0o777 })
    const tree = {
      "/": open,
      "/t": directory({ mode: 0o1777 }),
      "/t/d": open,
      "/t/d/e": open,
      "/t/d/e/f": "",
      "/t/f": ""
    }
    const root = openMemoryRoot(tree).asUser({ uid: 1001, gid: 1001 })
    await expect(root.promises.rm("/t", { recursive: true })).rejects.toMatchObject({ code: "EPERM" })
    expect(await root.promises.readdir("/t", { recursive: true })).toEqual(["d", "f"])
    await expect(root.promises.rm("/t/d", { recursive: true })).rejects.toMatchObject({ code: "EPERM" })
  })
})
