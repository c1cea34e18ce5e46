/** Messages of errors: one sentence, only paths inside the root, the code at the end, no control characters. */
import * as FileSystem from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { ResolveError, Root } from "@procfsroot/platform"
import type { TreeSpec } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { failure, fake, MOUNT, withErrno } from "./fake.js"

const tree: TreeSpec = [
  { path: "/d/f", type: "file" },
  { path: "/l", type: "symlink", target: "/d/f" },
  { path: "/up", type: "symlink", target: "../x" },
  { path: "/a", type: "symlink", target: "b" },
  { path: "/b", type: "symlink", target: "/a" },
  { path: "/bad", type: "symlink", target: "\ufffd" },
  { path: "/closed", type: "dir" },
  { path: "/broken", type: "dir" }
]

const whole = fake(tree, withErrno)
const layer = Layer.provide(
  Root.layer(MOUNT),
  FileSystem.layerNoop({
    ...whole,
    readLink: (path) =>
      path.startsWith(`${MOUNT}/closed/`)
        ? Effect.fail(failure("readLink", path, "PermissionDenied", withErrno("PermissionDenied", "EACCES")))
        : path.startsWith(`${MOUNT}/broken/`)
        ? Effect.fail(failure("readLink", path, "Unknown", withErrno("Unknown", "EIO")))
        : whole.readLink(path)
  })
)

const questions: ReadonlyArray<readonly [path: string, options: Root.ResolveOptions, message: string]> = [
  ["/nope/x", {}, "there is no \"/nope\" in it (ENOENT)."],
  ["", {}, "an empty path names nothing (ENOENT)."],
  ["/l/x", {}, "\"/d/f\" is not a directory, but the path continues after it (ENOTDIR)."],
  ["/a", {}, "its links form a loop, \"/a\" → \"/b\" → \"/a\" (ELOOP)."],
  [
    "/l",
    { maxSymlinks: 0 },
    "it leads through more than 0 links, the last one at \"/l\"; allow more if you trust the tree (ELOOP)."
  ],
  ["/l", { symlinks: "forbid" }, "\"/l\" is a symbolic link, and links are forbidden (ELOOP)."],
  [
    "/up",
    { containment: "reject" },
    "the link \"/up\" leads out of the root; the containment \"clamp\" would keep it inside (EXDEV)."
  ],
  [
    "/..",
    { containment: "reject" },
    "it leads out of the root; the containment \"clamp\" would keep it inside (EXDEV)."
  ],
  [
    "/d/f",
    { mounts: "forbid" },
    "mounts are forbidden, and this kind of root cannot tell whether \"/d\" is one; use a root that holds descriptors (EXDEV)."
  ],
  ["x", { from: "/nope" }, "there is no \"/nope\" in it (ENOENT)."],
  [
    "/closed/x",
    {},
    "you have no permission to look up \"/closed/x\"; that requires search permission for every directory before it (EACCES)."
  ],
  ["/broken/x", {}, "looking up \"/broken/x\" failed: i/o error (EIO)."],
  ["/".repeat(4096), {}, "a name can have at most 255 bytes, and a path at most 4,095 (ENAMETOOLONG)."],
  [
    "/bad",
    {},
    "\"/bad\", or the target of a link there, is not UTF-8, and this file system supports only names in UTF-8 (EILSEQ)."
  ],
  [
    "/a\udcff",
    {},
    "\"/a\\udcff\", or the target of a link there, is not UTF-8, and this file system supports only names in UTF-8 (EILSEQ)."
  ],
  ["/\ud800", {}, "it contains an unpaired surrogate that cannot be part of a name (EILSEQ)."],
  ["/a\0b", {}, "it contains a NUL character (EINVAL)."]
]

/** Characters that control a terminal or mislead a reader. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u

describe("messages", () => {
  it.effect("errors of other code keep their stacks", () =>
    Effect.gen(function*() {
      const limit = Error.stackTraceLimit
      yield* Effect.flip(Root.resolve("/nope"))
      expect(Error.stackTraceLimit).toBe(limit)
      expect(limit).toBeGreaterThan(0)
    }).pipe(Effect.provide(layer)))

  it.effect.each(questions)("%j %j", ([path, options, why]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Root.resolve(path, options))
      expect(error.message).toBe(`${ResolveError.quote(path)} cannot be resolved in the root "${MOUNT}": ${why}`)
      expect(error.message.endsWith(`(${error.code}).`)).toBe(true)
      expect(error.at.startsWith(MOUNT)).toBe(false)
      // The message contains the path of the root once, and no other host path.
      expect(error.message.split(MOUNT)).toHaveLength(2)
      expect(error.message).not.toMatch(unprintable)
    }).pipe(Effect.provide(layer)))

  it.effect("control characters, escapes and direction marks are escaped", () =>
    Effect.gen(function*() {
      const evil = "/x\u001b[31m\r\n\u202e\u2028\u009b\"\\\u0007\u200b"
      const error = yield* Effect.flip(Root.resolve(evil))
      expect(error.message).not.toMatch(unprintable)
      expect(error.message).toContain("\"/x\\u001b[31m\\u000d\\n\\u202e\\u2028\\u009b\\\"\\\\\\u0007\\u200b\"")
      // The error itself keeps the path as it was passed.
      expect(error.path).toBe(evil)
    }).pipe(Effect.provide(layer)))

  it.effect("letters of any script are not escaped", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Root.resolve("/größe/日本/😀"))
      expect(error.message).toContain("\"/größe/日本/😀\"")
    }).pipe(Effect.provide(layer)))

  it.effect("say why a root cannot be used", () =>
    Effect.gen(function*() {
      const missing = Layer.provide(Root.layer("/no\u001bwhere"), FileSystem.layerNoop(whole))
      const error = yield* Effect.flip(Effect.provide(Root.resolve("/"), missing))
      expect(error.message).toBe("The root \"/no\\u001bwhere\" cannot be used: it does not exist (ENOENT).")
      const file = Layer.provide(Root.layer(`${MOUNT}/d/f`), FileSystem.layerNoop(whole))
      expect((yield* Effect.flip(Effect.provide(Root.resolve("/"), file))).message)
        .toBe(`The root "${MOUNT}/d/f" cannot be used: it is not a directory (ENOTDIR).`)
    }))
})
