/** `evalSymlinks` follows the rules of Go's procfsroot: its test suite, and every case that differs from the kernel. */
import * as FileSystem from "@effect/platform/FileSystem"
import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { EvalSymlinks } from "@procfsroot/platform"
import { suites } from "@procfsroot/testkit/cases"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize, type TreeSpec } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { closeSync, mkdirSync, openSync, realpathSync } from "node:fs"
import { failure, fake, MOUNT, withErrno } from "./fake.js"

type Answer = { readonly ok: string } | { readonly errno: string }

const evaluate = (path: string, root: string, handling: EvalSymlinks.Handling) =>
  Effect.match(EvalSymlinks.evalSymlinks(path, root, handling), {
    onFailure: ({ code }): Answer => ({ errno: code }),
    onSuccess: (ok): Answer => ({ ok })
  })

describe("the cases of Go's procfsroot", () => {
  const seed = suites.filter(({ name }) => name === "procfsroot")
  const handlings = { "follow/error": "full", "keep/error": "exceptLast", "keep/last": "exceptLast" } as const
  it.effect.each(seed)("$name", ({ cases, tree }) =>
    Effect.gen(function*() {
      using directory = temporary()
      materialize(directory.path, tree)
      let asked = 0
      for (const { containment, expect: expected, id, lastComponent, missing, path } of cases) {
        if (containment !== "reject") continue
        asked++
        const handling = handlings[`${lastComponent}/${missing}` as keyof typeof handlings]
        expect({ id, path, answer: yield* evaluate(path, directory.path, handling) }).toEqual({
          id,
          path,
          answer: expected
        })
      }
      expect(asked).toBe(22)
    }).pipe(Effect.provide(NodeFileSystem.layer)))
})

const tree: TreeSpec = [
  { path: "/d/e", type: "dir" },
  { path: "/d/g", type: "file" },
  { path: "/f", type: "file" },
  { path: "/ld", type: "symlink", target: "d" },
  { path: "/lf", type: "symlink", target: "f" },
  { path: "/lfs", type: "symlink", target: "f/" },
  { path: "/dang", type: "symlink", target: "nope" },
  { path: "/up", type: "symlink", target: "../../d" },
  { path: "/self", type: "symlink", target: "self" },
  { path: "/c/k1", type: "symlink", target: "../f" },
  ...Array.from({ length: 255 }, (_, i) => ({ path: `/c/k${i + 2}`, type: "symlink" as const, target: `k${i + 1}` }))
]

const long = "n".repeat(256)
const ok = (path: string): Answer => ({ ok: path })
const no = (errno: string): Answer => ({ errno })

/** Path, result of `full`, result of `exceptLast`. */
const rows: Readonly<Record<string, ReadonlyArray<readonly [path: string, full: Answer, exceptLast: Answer]>>> = {
  "S1: `..` above the root is an error, in the path or in a link": [
    ["/..", no("EXDEV"), no("EXDEV")],
    ["/d/../..", no("EXDEV"), no("EXDEV")],
    ["/up", no("EXDEV"), ok("/up")],
    ["/up/", no("EXDEV"), no("EXDEV")],
    ["/d/..", ok("/"), ok("/")]
  ],
  "S2: `..` above the root is reported before a missing name after it": [["/../nope", no("EXDEV"), no("EXDEV")]],
  "S3: a missing name or a file is reported before `..` after it": [
    ["/nope/../../x", no("ENOENT"), no("ENOENT")],
    ["/f/../..", no("ENOTDIR"), no("ENOTDIR")]
  ],
  "S4: at most 255 links are followed": [
    ["/c/k41", ok("/f"), ok("/c/k41")],
    ["/c/k255", ok("/f"), ok("/c/k255")],
    ["/c/k256", no("ELOOP"), ok("/c/k256")],
    ["/self", no("ELOOP"), ok("/self")]
  ],
  "S5: the kernel's limit of 40 links does not apply": [["/ld/../c/k40", ok("/f"), ok("/c/k40")]],
  "S6: a problem after 40 links is reported": [["/c/k41/", no("ENOTDIR"), no("ENOTDIR")]],
  "S7: the empty path is the root": [["", ok("/"), ok("/")], ["/", ok("/"), ok("/")], ["//", ok("/"), ok("/")]],
  "S8, S9: `exceptLast` does not look up the last name": [
    ["/nope", no("ENOENT"), ok("/nope")],
    ["/d/nope", no("ENOENT"), ok("/d/nope")],
    ["/dang", no("ENOENT"), ok("/dang")],
    ["/dang/", no("ENOENT"), no("ENOENT")],
    ["/ld", ok("/d"), ok("/ld")],
    ["/ld/", ok("/d"), ok("/d")],
    ["/ld/nope", no("ENOENT"), ok("/d/nope")],
    ["/f/x", no("ENOTDIR"), no("ENOTDIR")],
    [`/${long}`, no("ENAMETOOLONG"), ok(`/${long}`)],
    [`/${long}/x`, no("ENAMETOOLONG"), no("ENAMETOOLONG")],
    ["/lfs", no("ENOTDIR"), ok("/lfs")]
  ],
  "S11: a path can have any length": [
    ["/".repeat(5_000), ok("/"), ok("/")],
    [`${"d/../".repeat(1_000)}ld`, ok("/d"), ok("/ld")],
    ["/", ok("/"), ok("/")]
  ],
  "a path with a NUL is invalid": [["/d\0", no("EINVAL"), no("EINVAL")]]
}

describe("differences between Go's procfsroot and the kernel", () => {
  it.effect.each(Object.entries(rows))("%s", ([, questions]) =>
    Effect.gen(function*() {
      using directory = temporary()
      materialize(directory.path, tree)
      for (const [path, full, exceptLast] of questions) {
        expect([path, yield* evaluate(path, directory.path, "full")]).toEqual([path, full])
        expect([path, yield* evaluate(path, directory.path, "exceptLast")]).toEqual([path, exceptLast])
      }
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  /** A tree in which search permission for `/d` is missing. */
  const closed = (() => {
    const whole = fake(tree, withErrno)
    const denied = (method: string, path: string) =>
      Effect.fail(failure(method, path, "PermissionDenied", withErrno("PermissionDenied", "EACCES")))
    const inside = (path: string) => path.startsWith(`${MOUNT}/d/`)
    return FileSystem.layerNoop({
      readLink: (path) => inside(path) ? denied("readLink", path) : whole.readLink(path),
      stat: (path) => inside(path) ? denied("stat", path) : whole.stat(path)
    })
  })()

  it.effect("S10, S13: names except the last one require search permission, `.` and `..` do not", () =>
    Effect.gen(function*() {
      expect(yield* evaluate("/d/e", MOUNT, "full")).toEqual(no("EACCES"))
      expect(yield* evaluate("/d/e", MOUNT, "exceptLast")).toEqual(ok("/d/e"))
      expect(yield* evaluate("/d/e/x", MOUNT, "exceptLast")).toEqual(no("EACCES"))
      for (const handling of ["full", "exceptLast"] as const) {
        expect(yield* evaluate("/d/.", MOUNT, handling)).toEqual(ok("/d"))
        expect(yield* evaluate("/ld/../d/..", MOUNT, handling)).toEqual(ok("/"))
      }
    }).pipe(Effect.provide(closed)))

  it.effect("S12: a host path can have at most 4,095 bytes, unless the last name is not looked up", () =>
    Effect.gen(function*() {
      using directory = temporary()
      const name = "n".repeat(100)
      const levels = Math.floor((4_095 - directory.path.length) / 101)
      const place = `/${name}`.repeat(levels)
      mkdirSync(`${directory.path}${place}`, { recursive: true })
      expect(yield* evaluate(place, directory.path, "full")).toEqual(ok(place))
      expect(yield* evaluate(`${place}/${name}`, directory.path, "full")).toEqual(no("ENAMETOOLONG"))
      expect(yield* evaluate(`${place}/${name}`, directory.path, "exceptLast")).toEqual(ok(`${place}/${name}`))
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect("S14: the root is not looked up for `/`", () =>
    Effect.gen(function*() {
      using directory = temporary()
      materialize(directory.path, [{ path: "/file", type: "file" }])
      for (const [root, errno] of [["missing", "ENOENT"], ["file", "ENOTDIR"]] as const) {
        const path = `${directory.path}/${root}`
        expect(yield* evaluate("/", path, "full")).toEqual(ok("/"))
        expect(yield* evaluate("", path, "exceptLast")).toEqual(ok("/"))
        expect(yield* evaluate("/x", path, "full")).toEqual(no(errno))
      }
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect("S15: unlike in Go's procfsroot, errors keep the errno, and their paths are inside the root", () =>
    Effect.gen(function*() {
      using directory = temporary()
      materialize(directory.path, tree)
      const error = yield* Effect.flip(EvalSymlinks.evalSymlinks("/up", directory.path, "full"))
      expect(error).toMatchObject({ _tag: "EscapesRoot", code: "EXDEV", at: "/", via: "/up", root: directory.path })
      const missing = yield* Effect.flip(EvalSymlinks.evalSymlinks("/dang", directory.path, "full"))
      expect(missing).toMatchObject({ _tag: "PathNotFound", at: "/nope", path: "/dang" })
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect("S16: the text of procfs's magic links is followed", () =>
    Effect.gen(function*() {
      const self = `/proc/${process.pid}`
      using directory = temporary()
      materialize(directory.path, [{ path: "/file", type: "file" }])
      const fd = openSync(`${directory.path}/file`, "r")
      const file = realpathSync(`${directory.path}/file`)
      expect(yield* evaluate(`${self}/exe`, "/", "full")).toEqual(ok(realpathSync(process.execPath)))
      expect(yield* evaluate(`${self}/exe`, "/", "exceptLast")).toEqual(ok(`${self}/exe`))
      expect(yield* evaluate(`${self}/root/proc/self`, "/", "full")).toEqual(ok(self))
      expect(yield* evaluate(`${self}/fd/${fd}`, "/", "full")).toEqual(ok(file))
      // There is no file with the name `mnt:[4026531841]`, although the link leads to one.
      expect(yield* evaluate(`${self}/ns/mnt`, "/", "full")).toEqual(no("ENOENT"))
      closeSync(fd)
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect("the root can be `/`, or end in slashes", () =>
    Effect.gen(function*() {
      using directory = temporary()
      materialize(directory.path, tree)
      expect(yield* evaluate("ld/e/../g", `${directory.path}//`, "full")).toEqual(ok("/d/g"))
      expect(yield* evaluate(`${directory.path}/ld`, "/", "full")).toEqual(ok(`${realpathSync(directory.path)}/d`))
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect("a misspelt handling is a defect that names its values", () =>
    Effect.gen(function*() {
      const misspelt: EvalSymlinks.Handling = JSON.parse(`"exceptlast"`)
      const exit = yield* Effect.exit(EvalSymlinks.evalSymlinks("/", "/", misspelt))
      expect(exit).toEqual(Exit.die(new RangeError("handling must be full or exceptLast, not \"exceptlast\"")))
    }).pipe(Effect.provide(NodeFileSystem.layer)))
})
