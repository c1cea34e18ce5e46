/** NAME_MAX and PATH_MAX: where they apply, and where they do not. */
import { afterAll, describe, expect, it } from "@effect/vitest"
import { without } from "@procfsroot/testkit/judges"
import { KernelRoot, Resolve } from "@procfsroot/testkit/kernel"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize, type TreeSpec } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import { closeSync, fstatSync } from "node:fs"
import { deep } from "./deep.js"
import { codeOf, strategies as fileSystems, within } from "./fileSystems.js"
import { disagreements } from "./judge.js"
import { ask, makeRoot, strategies } from "./strategies.js"

const e = "é" // two bytes
const longest = `${e.repeat(127)}x`

const filled = (bytes: number, unit: string): string =>
  unit.repeat(Math.floor(bytes / unit.length)) + unit.slice(0, bytes % unit.length)

const tree: TreeSpec = [
  { path: "/d", type: "dir" },
  { path: "/f", type: "file" },
  { path: `/${longest}`, type: "dir" },
  { path: `/${"n".repeat(255)}`, type: "file" },
  { path: "/long", type: "symlink", target: `d/../${longest}` },
  { path: "/tooLong", type: "symlink", target: "n".repeat(256) },
  // A target can have up to 4,095 bytes too (symlink(2)).
  { path: "/slashes", type: "symlink", target: `${"/".repeat(4094)}d` },
  { path: "/dots", type: "symlink", target: `${"./".repeat(2047)}d` }
]

const paths = [
  filled(4095, "/"),
  filled(4096, "/"),
  filled(4095, "./"),
  filled(4094, "../"),
  `${filled(4094, "/")}d`,
  `${filled(4095, "/")}d`,
  `${filled(4094, "/")}${e}`,
  `${filled(4092, "d/../")}nope`,
  `nope/${filled(4095, "x/")}`,
  "n".repeat(255),
  "n".repeat(256),
  `d/../${longest}`,
  longest,
  `${longest}x`,
  e.repeat(128),
  `nope/${"n".repeat(256)}`,
  `f/${"n".repeat(256)}`,
  `d/${"n".repeat(256)}`,
  `${"n".repeat(256)}/..`,
  `${"n".repeat(256)}/`,
  "long",
  "tooLong",
  "tooLong/..",
  "slashes",
  "dots",
  "slashes/../dots/../long"
]

const name = `${e}${"n".repeat(100)}`
const flat = temporary()
const narrow = deep("d", 2_000, { every: 500 })
const wide = deep(name, 120, { every: 30 })
materialize(flat.path, tree)
afterAll(() => {
  for (const directory of [flat, narrow, wide]) directory[Symbol.dispose]()
})

describe.skipIf(without("openat2")).each(strategies)("limits: $name", (strategy) => {
  it.scoped("lengths of names and paths are limited as in the kernel, S11", () =>
    Effect.gen(function*() {
      using kernel = new KernelRoot(flat.path)
      const root = yield* makeRoot(flat.path, strategy)
      expect(yield* disagreements(strategy, root, kernel, paths)).toEqual([])
    }))

  // Together with the path of the directory, such a name has more bytes than a path may have.
  it.scoped.each<readonly [root: string, before: string]>([
    [flat.path, "d/"],
    [flat.path, "nope/"],
    [flat.path, ""],
    [wide.path, `${name}/`.repeat(4)],
    ["/proc", "sys/kernel/"],
    ["/proc", "self/"],
    ["/proc/sys", ""]
  ])(
    "names of up to 4,095 bytes are looked up as in the kernel: in %s, after %s",
    ([path, before]) =>
      Effect.gen(function*() {
        using kernel = new KernelRoot(path)
        const root = yield* makeRoot(path, strategy)
        const paths = [4_000, 4_040, 4_060, 4_075, 4_080, 4_090, 4_093, 4_094, 4_095].flatMap((length) =>
          ["x", e].map((unit) => before + filled(length - Buffer.byteLength(before), unit))
        )
        expect(yield* disagreements(strategy, root, kernel, paths)).toEqual([])
      })
  )

  it.scoped("paths of 2,000 directories are resolved as in the kernel", () =>
    Effect.gen(function*() {
      using kernel = new KernelRoot(narrow.path)
      const root = yield* makeRoot(narrow.path, strategy)
      const down = "/d".repeat(2_000)
      const asked = [down, `${down}/`, `${down}/..`, `${down}/nope`, down.slice(2, 3_000), "d/../".repeat(819)]
      expect(yield* disagreements(strategy, root, kernel, asked)).toEqual([])
    }))

  it.scoped("a path inside the root can have more than 4,095 bytes, S12", () =>
    Effect.gen(function*() {
      using kernel = new KernelRoot(wide.path)
      const root = yield* makeRoot(wide.path, strategy)
      // Each link leads 30 levels down, to the directory of the next link.
      const place = `/${name}`.repeat(120)
      const [bottom, up, file, missing, upAgain, missingAbove] = yield* ask(strategy, root, [
        "down/down/down/down",
        "down/down/down/down/..",
        "down/down/down/down/file",
        "down/down/down/down/nope",
        // Further up than the directories that are still open.
        `down/down/down/down${"/..".repeat(90)}/down/${name}`,
        `down/down/down/down${"/..".repeat(110)}/${name}/nope`
      ], {})
      expect(bottom).toEqual({ ok: place })
      expect(up).toEqual({ ok: place.slice(0, -name.length - 1) })
      expect(file).toEqual({ ok: `${place}/file` })
      expect(missing).toEqual({ errno: "ENOENT" })
      expect(upAgain).toEqual({ ok: `/${name}`.repeat(61) })
      expect(missingAbove).toEqual({ errno: "ENOENT" })
      const fd = kernel.open({ path: Buffer.from("down/down/down/down/.."), resolve: Resolve.inRoot })
      if (typeof fd !== "number") throw new Error(fd.errno)
      expect(fstatSync(fd).ino).toBe(wide.inodes[118])
      closeSync(fd)
    }))

  it.scoped.each([19, 35, 38, 40, 60])("a root can itself be %i long names deep", (levels) =>
    Effect.gen(function*() {
      const before = process.cwd()
      yield* Effect.addFinalizer(() => Effect.sync(() => process.chdir(before)))
      process.chdir(wide.path)
      for (let level = 0; level < levels; level++) process.chdir(name)
      const root = yield* makeRoot(".", strategy)
      process.chdir(before)
      const within = yield* ask(strategy, root, ["/", `${name}/..`, `/${name}/./${name}`, name, `${name}/nope`], {})
      expect(within).toEqual([
        { ok: "/" },
        { ok: "/" },
        { ok: `/${name}/${name}` },
        { ok: `/${name}` },
        { errno: "ENOENT" }
      ])
    }))
})

describe.skipIf(without("openat2")).each(fileSystems)("limits of a file system: $name", (strategy) => {
  it.effect.each<readonly [root: string, before: string]>([
    [flat.path, "d/"],
    ["/proc", "sys/kernel/"],
    ["/proc", "self/"]
  ])(
    "names of up to 4,095 bytes have the errno of the kernel: in %s, after %s",
    ([path, before]) =>
      within(path, strategy, (fs) =>
        Effect.gen(function*() {
          using kernel = new KernelRoot(path)
          for (const length of [4_000, 4_070, 4_080, 4_095]) {
            const name = before.padEnd(length, "n")
            const calls: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
              fs.stat(name),
              fs.readLink(name),
              fs.makeDirectory(name),
              fs.writeFileString(name, ""),
              fs.rename(name, "/new"),
              fs.remove(name)
            ]
            const codes = yield* Effect.forEach(calls, (call) => Effect.map(Effect.flip(call), codeOf))
            const judge = kernel.ask({ path: name, resolve: Resolve.inRoot })
            expect(codes.map((errno) => ({ errno }))).toEqual(calls.map(() => judge))
          }
        }))
  )
})
