/**
 * Runs the same random operations on a disk and in memory, and compares their results and the trees. On the disk, a
 * separate process runs them through Node in a real `chroot(2)`, as root or as another user.
 */
import type { PlatformError } from "@effect/platform/Error"
import { FileSystem, type OpenFlag } from "@effect/platform/FileSystem"
import { MemoryFileSystem } from "@procfsroot/platform"
import { path as anyPath, target as anyTarget, tree as anyTree } from "@procfsroot/testkit/random"
import { without } from "@procfsroot/testkit/judges"
import { unchanged } from "@procfsroot/testkit/sysctl"
import { temporary } from "@procfsroot/testkit/temporary"
import { entriesBelow, type TreeSpec } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import { isRecord } from "effect/Predicate"
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

type Operation = readonly [method: string, ...args: ReadonlyArray<string | number>]

interface Owned {
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

interface Plan {
  readonly tree: TreeSpec
  readonly owners: ReadonlyArray<Owned>
  readonly operations: ReadonlyArray<Operation>
}

const USER = 1234
const ids = FastCheck.constantFrom(0, USER, 4321)
const modes = FastCheck.constantFrom(
  0o755,
  0o777,
  0o700,
  0o711,
  0o744,
  0o750,
  0o775,
  0o2775,
  0o644,
  0o600,
  0o400,
  0o4755
)
const owned: FastCheck.Arbitrary<Owned> = FastCheck.record({ mode: modes, uid: ids, gid: ids })

const one = (method: string, ...rest: ReadonlyArray<FastCheck.Arbitrary<string | number>>) =>
  FastCheck.tuple(FastCheck.constant(method), anyPath, ...rest)

const flags = FastCheck.constantFrom("r+", "w", "wx", "w+", "wx+", "a", "ax", "a+", "ax+")

const operation: FastCheck.Arbitrary<Operation> = FastCheck.oneof(
  one("access", FastCheck.constantFrom(0, 2, 4, 6)),
  one("chmod", modes),
  one("chown", FastCheck.constantFrom(-1, 0, USER), FastCheck.constantFrom(-1, 0, USER)),
  one("link", anyPath),
  one("mkdir", modes),
  one("mkdirs"),
  one("readdir"),
  one("readFile"),
  one("readlink"),
  one("rename", anyPath),
  one("rename", anyPath),
  one("rm"),
  // Node removes the entries of a tree by path, concurrently. None of these paths leads through the tree that it names.
  FastCheck.tuple(FastCheck.constant("rmTree"), FastCheck.constantFrom("a", "b", "/c", "/d")),
  one("stat"),
  FastCheck.tuple(FastCheck.constant("symlink"), anyTarget, anyPath),
  one("truncate", FastCheck.constantFrom(0, 3, 100)),
  one("utimes"),
  one("writeFile", flags),
  one("writeFile", flags)
)

const plan: FastCheck.Arbitrary<Plan> = FastCheck.record({
  tree: anyTree,
  owners: FastCheck.array(owned, { minLength: 14, maxLength: 14 }),
  operations: FastCheck.array(operation, { minLength: 40, maxLength: 40 })
})

const ownerOf = ({ owners }: Plan, i: number): Owned => owners[i] ?? { mode: 0o755, uid: 0, gid: 0 }

const onDisk = (base: string, plan: Plan): void => {
  Fs.mkdirSync(base)
  Fs.chmodSync(base, 0o777)
  for (const { path, target = "", type } of plan.tree) {
    Fs.mkdirSync(base + path.slice(0, path.lastIndexOf("/")), { recursive: true })
    if (type === "symlink") Fs.symlinkSync(target, base + path)
    else if (type === "dir") Fs.mkdirSync(base + path, { recursive: true })
    else Fs.writeFileSync(base + path, `content of ${path}\n`)
  }
  // Only after everything is created: some directories pass their group on to new entries.
  plan.tree.forEach(({ path, type }, i) => {
    const { gid, mode, uid } = ownerOf(plan, i)
    Fs.lchownSync(base + path, uid, gid)
    if (type !== "symlink") Fs.chmodSync(base + path, mode)
  })
}

const inMemory = (plan: Plan): MemoryFileSystem.Tree => ({
  "/": MemoryFileSystem.directory({ mode: 0o777 }),
  ...Object.fromEntries(plan.tree.map(({ path, target = "", type }, i) => {
    const { gid, mode, uid } = ownerOf(plan, i)
    if (type === "symlink") return [path, MemoryFileSystem.link(target, { uid, gid })]
    if (type === "dir") return [path, MemoryFileSystem.directory({ mode, uid, gid })]
    return [path, MemoryFileSystem.file(`content of ${path}\n`, { mode, uid, gid })]
  }))
})

/**
 * The program of the process. It gets roots and operations as JSON, and prints the results. It cannot change the host:
 * it runs no operation before `chroot` has succeeded.
 */
const program = `
  const koffi = require("koffi")
  const { openSync, promises: fs, readFileSync } = require("node:fs")
  const libc = koffi.load(null)
  const chroot = libc.func("int chroot(const char *path)")
  const fchdir = libc.func("int fchdir(int fd)")
  const setresuid = libc.func("int setresuid(uint r, uint e, uint s)")
  const setresgid = libc.func("int setresgid(uint r, uint e, uint s)")
  const outside = openSync("/", "r")
  const check = (result) => { if (result !== 0) throw new Error("errno " + koffi.errno()) }
  process.umask(0o022)
  const ok = () => "ok"
  // After the first failure, Node goes on removing: wait until it has finished.
  const later = () => new Promise((resolve) => setTimeout(() => resolve("failed"), 20))
  const methods = {
    access: (path, mode) => fs.access(path, mode).then(ok),
    chmod: (path, mode) => fs.chmod(path, mode).then(ok),
    chown: (path, uid, gid) => fs.chown(path, uid, gid).then(ok),
    link: (from, to) => fs.link(from, to).then(ok),
    mkdir: (path, mode) => fs.mkdir(path, mode).then(ok),
    mkdirs: (path) => fs.mkdir(path, { recursive: true }).then(ok),
    readdir: async (path) => (await fs.readdir(path)).sort().join(),
    readFile: (path) => fs.readFile(path, "utf8"),
    readlink: (path) => fs.readlink(path),
    rename: (from, to) => fs.rename(from, to).then(ok),
    rm: (path) => fs.rm(path).then(ok),
    rmTree: (path) => fs.rm(path, { recursive: true }).then(ok, later),
    stat: async (path) => { const s = await fs.stat(path); return [s.mode, s.uid, s.gid, s.isFile() && s.size, s.nlink].join() },
    symlink: (target, path) => fs.symlink(target, path).then(ok),
    truncate: (path, length) => fs.truncate(path, length).then(ok),
    utimes: (path) => fs.utimes(path, 1, 2).then(ok),
    writeFile: (path, flag) => fs.writeFile(path, "written\\n", { flag }).then(ok)
  }
  const enter = (base, uid) => {
    process.chdir(base)
    check(chroot("."))
    process.setgroups([])
    check(setresgid(uid, uid, 0))
    check(setresuid(uid, uid, 0))
  }
  const leave = () => {
    check(setresuid(0, 0, 0))
    check(setresgid(0, 0, 0))
    check(fchdir(outside))
    check(chroot("."))
  }
  void (async () => {
    const { plans, uid } = JSON.parse(readFileSync(0, "utf8"))
    const answers = []
    for (const { base, operations } of plans) {
      enter(base, uid)
      for (const [method, ...args] of operations) {
        answers.push(await methods[method](...args).catch((error) => error.code))
      }
      leave()
    }
    console.log(JSON.stringify(answers))
  })()
`

interface Job {
  readonly base: string
  readonly operations: ReadonlyArray<Operation>
}

const doneOnDisk = (plans: ReadonlyArray<Job>, uid: number): ReadonlyArray<string> =>
  JSON.parse(
    execFileSync(process.execPath, ["-e", program], {
      cwd: fileURLToPath(new URL("../../testkit", import.meta.url)),
      input: JSON.stringify({ plans, uid })
    }).toString()
  )

const codeOf = ({ cause }: PlatformError): string => isRecord(cause) ? String(cause["code"]) : "none"

const ok = Effect.as("ok")

const call = (fs: FileSystem, [method, ...args]: Operation): Effect.Effect<string, PlatformError> => {
  const [first, second] = args
  const path = String(first)
  const number = Number(second)
  switch (method) {
    case "access":
      return ok(fs.access(path, { readable: (number & 4) !== 0, writable: (number & 2) !== 0 }))
    case "chmod":
      return ok(fs.chmod(path, number))
    case "chown":
      return ok(fs.chown(path, number, Number(args[2])))
    case "link":
      return ok(fs.link(path, String(second)))
    case "mkdir":
      return ok(fs.makeDirectory(path, { mode: number }))
    case "mkdirs":
      return ok(fs.makeDirectory(path, { recursive: true }))
    case "readdir":
      return Effect.map(fs.readDirectory(path), (names) => names.toSorted().join())
    case "readFile":
      return fs.readFileString(path)
    case "readlink":
      return fs.readLink(path)
    case "rename":
      return ok(fs.rename(path, String(second)))
    case "rm":
      return ok(fs.remove(path))
    case "rmTree":
      return Effect.orElseSucceed(ok(fs.remove(path, { recursive: true })), () => "failed")
    case "stat":
      return Effect.map(
        fs.stat(path),
        ({ gid, mode, nlink, size, type, uid }) =>
          [mode, uid, gid, type === "File" && Number(size), nlink].map((value) =>
            isRecord(value) ? value["value"] : value
          ).join()
      )
    case "symlink":
      return ok(fs.symlink(path, String(second)))
    case "truncate":
      return ok(fs.truncate(path, number))
    case "utimes":
      return ok(fs.utimes(path, 1, 2))
    default:
      return ok(fs.writeFileString(path, "written\n", { flag: String(second) as OpenFlag })) // only these are generated
  }
}

const files = (base: string): ReadonlyArray<string> =>
  entriesBelow(base).map(({ name, parentPath }) => {
    const path = `${parentPath}/${name}`
    const stat = Fs.lstatSync(path)
    const owner = `${path.slice(base.length)} ${stat.uid}:${stat.gid}`
    if (stat.isSymbolicLink()) return `${owner} -> ${Fs.readlinkSync(path)}`
    const mode = (stat.mode & 0o7777).toString(8)
    return stat.isDirectory() ? `${owner} ${mode}` : `${owner} ${mode} ${Fs.readFileSync(path, "utf8")}`
  }).toSorted()

const entries = (snapshot: Readonly<Record<string, MemoryFileSystem.Entry>>): ReadonlyArray<string> =>
  Object.entries(snapshot).flatMap(([path, found]) => {
    const entry = found.type === "HardLink" ? snapshot[found.of] : found
    if (path === "/" || entry === undefined || entry.type === "HardLink") return []
    const owner = `${path} ${entry.uid}:${entry.gid}`
    if (entry.type === "SymbolicLink") return [`${owner} -> ${entry.target}`]
    const mode = entry.mode.toString(8)
    return [entry.type === "File" ? `${owner} ${mode} ${String(entry.content)}` : `${owner} ${mode}`]
  }).toSorted()

const PLANS = 100
const SEED = 20261125

// If this is on, as on nearly all systems, users cannot link files that they may not write.
const protectedLinks = Fs.readFileSync("/proc/sys/fs/protected_hardlinks", "utf8").trim() === "1"

const run = (plan: Plan, operations: ReadonlyArray<Operation>, uid: number) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem
    const answers = yield* Effect.forEach(operations, (operation) =>
      Effect.catchAll(call(fs, operation), (error) => Effect.succeed(codeOf(error))))
    return { answers, snapshot: yield* MemoryFileSystem.snapshot }
  }).pipe(
    Effect.provide(MemoryFileSystem.layer(inMemory(plan), { user: { uid, gid: uid } })),
    Effect.runPromise
  )

describe("random operations have the same results on a disk and in memory", () => {
  for (const [name, uid] of [["root", 0], ["another user", USER]] as const) {
    it.skipIf(without("chroot", "root"))(`as ${name}: ${PLANS * 40}`, async () => {
      using directory = temporary()
      Fs.chmodSync(directory.path, 0o755)
      const plans = FastCheck.sample(plan, { seed: SEED, numRuns: PLANS }).map((plan, i) => ({
        base: `${directory.path}/${i}`,
        plan,
        operations: plan.operations.filter(([method]) => protectedLinks || method !== "link")
      }))
      for (const { base, plan } of plans) onDisk(base, plan)
      const onItsOwn = async () => {
        using _ = await unchanged()
        return doneOnDisk(plans.map(({ base, operations }) => ({ base, operations })), uid)
      }
      const expected = (await onItsOwn()).values()
      for (const { base, operations, plan } of plans) {
        const { answers, snapshot } = await run(plan, operations, uid)
        const told = (answers: ReadonlyArray<unknown>) => operations.map((operation, i) => [...operation, answers[i]])
        expect({ plan, done: told(answers) })
          .toEqual({ plan, done: told(operations.map(() => expected.next().value)) })
        expect(entries(snapshot)).toEqual(files(base))
      }
    })
  }
})
