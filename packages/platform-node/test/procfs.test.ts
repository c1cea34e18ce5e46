/**
 * S16: the magic links of procfs inside a root. The kernel follows none of them, but can return each as
 * the last component.
 */
import { describe, expect, it } from "@effect/vitest"
import { without } from "@procfsroot/testkit/judges"
import { KernelRoot } from "@procfsroot/testkit/kernel"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { closeSync, mkdirSync, openSync, readdirSync, readlinkSync, symlinkSync, unlinkSync } from "node:fs"
import { disagreements } from "./judge.js"
import { ask, makeRoot, strategies } from "./strategies.js"

/** Descriptors of many kinds, which are links in `/proc/self/fd`: files, directories, and deleted files. */
const descriptors = Effect.acquireRelease(
  Effect.sync(() => {
    const directory = temporary()
    const place = (name: string) => `${directory.path}/${name}`
    const open = (name: string) => openSync(place(name), "w")
    // procfs reports a size of 64 for each of these links. For this one, it is the length of the text by chance.
    const just64 = "x".repeat(64 - place("").length)
    mkdirSync(place("deleted (deleted)"))
    const fds = [open("file"), open(just64), open("gone"), open("pipe:[1]"), openSync(directory.path, "r")]
    expect(readlinkSync(`/proc/self/fd/${fds[1]}`)).toHaveLength(64)
    unlinkSync(place("gone"))
    return { directory, fds }
  }),
  ({ directory, fds }) =>
    Effect.sync(() => {
      fds.forEach(closeSync)
      directory[Symbol.dispose]()
    })
)

/** Other descriptors that Node itself has open: pipes, sockets, eventfds, epoll. */
const others = (): ReadonlyArray<string> =>
  readdirSync("/proc/self/fd").filter((fd) => /^(?:pipe|socket|anon_inode):/.test(textOf(`/proc/self/fd/${fd}`) ?? ""))

const textOf = (link: string): string | undefined => {
  try {
    return readlinkSync(link)
  } catch {
    return undefined
  }
}

const self = `/proc/${process.pid}`
const magic = ["exe", "root", "cwd", "ns/mnt", "ns/net", `task/${process.pid}/exe`, `task/${process.pid}/root`]
const plain = [
  "/proc/self",
  "/proc/self/",
  "/proc/self/status",
  "/proc/self/fd",
  "/proc/self/fd/..",
  "/proc/mounts",
  "/proc/net",
  "/proc/net/..",
  "/proc/self/nope",
  "/proc/nope",
  "/proc/self/fd/9999",
  "/proc/self/../version"
]

const around = (place: string): ReadonlyArray<string> => [
  place,
  `${place}/`,
  `${place}/.`,
  `${place}/..`,
  `${place}/etc`,
  `${place}/../status`
]

describe.skipIf(without("openat2")).each(strategies)("procfs in a root: $name", (strategy) => {
  it.scoped("the whole system as root has the same results as in the kernel", () =>
    Effect.gen(function*() {
      const { directory, fds } = yield* descriptors
      symlinkSync(`${self}/root/etc/passwd`, `${directory.path}/through`)
      symlinkSync(`/proc/self/fd/../exe`, `${directory.path}/exe`)
      using kernel = new KernelRoot("/")
      const root = yield* makeRoot("/", strategy)
      const paths = [
        ...plain,
        ...magic.flatMap((name) => around(`${self}/${name}`)),
        ...[...fds, ...others()].flatMap((fd) => around(`${self}/fd/${fd}`)),
        "/proc/self/exe",
        "/proc/self/root/proc/self/root",
        "/dev/fd/0",
        "/dev/stdin",
        `${directory.path}/through`,
        `${directory.path}/exe`
      ]
      expect(yield* disagreements(strategy, root, kernel, paths)).toEqual([])
    }))

  it.scoped("procfs itself as root has the same results as in the kernel", () =>
    Effect.gen(function*() {
      using kernel = new KernelRoot("/proc")
      const root = yield* makeRoot("/proc", strategy)
      const paths = [
        "/",
        "/self",
        "/self/exe",
        "/self/root",
        "/self/root/..",
        "/self/fd/0",
        "/mounts",
        "/self/cwd/x",
        ".."
      ]
      expect(yield* disagreements(strategy, root, kernel, paths)).toEqual([])
    }))

  it.scoped("the directory of a process as root has the same results as in the kernel", () =>
    Effect.gen(function*() {
      using kernel = new KernelRoot(self)
      const root = yield* makeRoot(self, strategy)
      const paths = [...magic, ...magic.map((name) => `${name}/`), "fd/0", "fd/1", "/fd/../exe", "../exe", "status"]
      expect(yield* disagreements(strategy, root, kernel, paths)).toEqual([])
    }))

  it.scoped("links that cannot be read are still links", () =>
    Effect.gen(function*() {
      // A kernel thread has no program, so `readlink` fails with ENOENT, but a lookup with O_NOFOLLOW finds the link.
      const threads = readdirSync("/proc").filter((pid) =>
        /^\d+$/.test(pid) && textOf(`/proc/${pid}/exe`) === undefined
      ).slice(0, 3)
      using kernel = new KernelRoot("/proc")
      const root = yield* makeRoot("/proc", strategy)
      const paths = threads.flatMap((pid) => [`${pid}/exe`, `${pid}/exe/`, `${pid}/exe/x`, `${pid}/cwd`, `${pid}/root`])
      expect(yield* disagreements(strategy, root, kernel, paths)).toEqual([])
    }))

  it.scoped("thread-self leads to the thread that resolves the path", () =>
    Effect.gen(function*() {
      const root = yield* makeRoot("/", strategy)
      const [followed, status] = yield* ask(strategy, root, ["/proc/thread-self", "/proc/thread-self/status"], {})
      const task = new RegExp(`^/proc/${process.pid}/task/\\d+$`)
      expect(followed).toEqual({ ok: expect.stringMatching(task) })
      expect(status).toEqual({ ok: expect.stringMatching(/^\/proc\/\d+\/task\/\d+\/status$/) })
      expect(yield* ask(strategy, root, ["/proc/thread-self"], { lastComponent: "keep" })).toEqual([
        { ok: "/proc/thread-self" }
      ])
    }))

  it.scoped("the error contains the path of the link and its text", () =>
    Effect.gen(function*() {
      const root = yield* makeRoot("/", strategy)
      const [result] = yield* strategy.ask?.(root, [`${self}/exe/x`], {}) ??
        Effect.all([Effect.either(root.resolve(`${self}/exe/x`))])
      expect(result && Either.flip(result)).toMatchObject({
        right: { _tag: "MagicLink", code: "EXDEV", at: `${self}/exe`, target: readlinkSync("/proc/self/exe") }
      })
    }))
})
