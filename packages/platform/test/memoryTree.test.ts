/** Trees as data: which are valid, which are not, and what their snapshots contain. */
import { FileSystem } from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { MemoryFileSystem } from "@procfsroot/platform"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

const { directory, fifo, file, hardLink, layer, link, snapshot, socket } = MemoryFileSystem

const snapshotOf = (tree: MemoryFileSystem.Tree) => Effect.provide(snapshot, layer(tree))

describe("a tree", () => {
  it.effect("contains its entries and the directories that they need", () =>
    Effect.gen(function*() {
      const tree = {
        "/etc/os-release": "ID=debian\n",
        "/bin/x": file(new Uint8Array([0x7f, 0xff]), { mode: 0o4755, uid: 1, gid: 2, mtime: new Date(5) }),
        "/var/run": link("/run"),
        "/srv/deep/down": fifo(),
        "/srv": directory({ mode: 0o700 }),
        "/run/socket": socket({ mode: 0o600 })
      }
      expect(yield* snapshotOf(tree)).toEqual({
        "/": directory(),
        "/bin": directory(),
        "/bin/x": tree["/bin/x"],
        "/etc": directory(),
        "/etc/os-release": file("ID=debian\n"),
        "/run": directory(),
        "/run/socket": tree["/run/socket"],
        "/srv": directory({ mode: 0o700 }),
        "/srv/deep": directory(),
        "/srv/deep/down": fifo(),
        "/var": directory(),
        "/var/run": link("/run")
      })
    }))

  it.effect("can be created again from its snapshot", () =>
    Effect.gen(function*() {
      const first = yield* snapshotOf({
        "/": directory({ mode: 0o711 }),
        "/z": hardLink("/m"),
        "/m": "one file",
        "/b/again": hardLink("/l"),
        "/l": link("nowhere"),
        "/\udcff": "a name that is not text"
      })
      expect(first["/z"]).toEqual(hardLink("/m"))
      expect(first["/l"]).toEqual(hardLink("/b/again"))
      expect(yield* snapshotOf(first)).toEqual(first)
    }))

  it.effect("has one file for all of its hard links", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      yield* fs.writeFileString("/second", "written")
      expect(yield* fs.readFileString("/first")).toBe("written")
      expect((yield* fs.stat("/first")).nlink).toEqual(Option.some(2))
    }).pipe(Effect.provide(layer({ "/first": "", "/second": hardLink("/first") }))))

  it.effect("does not change when the caller changes the bytes", () =>
    Effect.gen(function*() {
      const bytes = new Uint8Array([1])
      const context = yield* Layer.build(layer({ "/f": bytes }))
      bytes[0] = 2
      const fs = Effect.flatMap(FileSystem, (fs) => fs.readFile("/f"))
      const read = yield* Effect.provide(fs, context)
      expect(read).toEqual(new Uint8Array([1]))
      read[0] = 3
      expect(yield* Effect.provide(fs, context)).toEqual(new Uint8Array([1]))
    }).pipe(Effect.scoped))

  const bad: ReadonlyArray<readonly [why: string, path: string, tree: MemoryFileSystem.Tree]> = [
    ["a relative key", "etc/passwd", { "etc/passwd": "" }],
    ["an empty key", "", { "": "" }],
    ["a key with `..`", "/a/../b", { "/a/../b": "" }],
    ["a dot in a key", "/a/./b", { "/a/./b": "" }],
    ["a NUL in a key", "/a\0b", { "/a\0b": "" }],
    ["a surrogate that is not a byte of a name", "/\ud800", { "/\ud800": "" }],
    ["a name of 256 bytes", `/${"n".repeat(256)}`, { [`/${"n".repeat(256)}`]: "" }],
    ["a file used as a directory", "/f/x", { "/f": "", "/f/x": "" }],
    ["a file at the path of a directory", "/f", { "/f/x": "", "/f": "" }],
    ["a link used as a directory", "/l/x", { "/l": link("/"), "/l/x": "" }],
    ["a file as the root", "/", { "/": "" }],
    ["a slash after a file", "/f/", { "/f/": "" }],
    ["a link with an empty target", "/l", { "/l": link("") }],
    ["a link's target of 4,096 bytes", "/l", { "/l": link("t".repeat(4096)) }],
    ["two files at one path", "//f", { "/f": "", "//f": "" }],
    ["two spellings of one directory", "/d/", { "/d": directory(), "/d/": directory() }],
    ["a hard link to a missing file", "/h", { "/h": hardLink("/f") }],
    ["a hard link to a directory", "/h", { "/h": hardLink("/d"), "/d": directory() }]
  ]
  it.effect.each(bad)("is refused for %s", ([, path, tree]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Layer.build(layer(tree)))
      expect([error._tag, error.path]).toEqual(["InvalidTree", path])
      expect(error.message).toMatch(/^The tree's entry ".*" cannot be created: .+\.$/)
      expect(yield* Effect.flip(Layer.build(MemoryFileSystem.root(tree)))).toEqual(error)
    }).pipe(Effect.scoped))
})
