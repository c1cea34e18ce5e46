/** Tests why a path did not resolve: the fields of each failure, and its message. */
import * as RootedPath from "@procfsroot/path/RootedPath"
import type * as Walk from "@procfsroot/path/Walk"
import * as Errno from "@procfsroot/vfs/Errno"
import * as ResolveFailure from "@procfsroot/vfs/ResolveFailure"
import { describe, expect, it } from "vitest"
import { badArgument, unresolved } from "../src/internal/errno.js"
import { stackOf, thrownBy } from "./failing.js"

const rooted = (text: string): RootedPath.RootedPath => RootedPath.isRootedPath(text) ? text : expect.unreachable()

type Reason = Walk.Unresolved["reason"]

const codeOf = (cause: unknown): string | undefined => typeof cause === "string" ? cause : undefined

const fails = (reason: Reason, path = "/path"): ResolveFailure.ResolveFailure =>
  ResolveFailure.fromOutcome("/root", path, { at: rooted("/at"), reason }, codeOf)

/** Each reason for which a walk fails, with the failure and the end of its message. */
const reasons: ReadonlyArray<readonly [Reason, fields: object, why: string]> = [
  [{ _tag: "Missing" }, { _tag: "PathNotFound", code: "ENOENT" }, "there is no \"/at\" in it (ENOENT)."],
  [
    { _tag: "NotADirectory" },
    { _tag: "NotADirectory", code: "ENOTDIR" },
    "\"/at\" is not a directory, but the path continues after it (ENOTDIR)."
  ],
  [
    { _tag: "Cycle", cycle: [rooted("/a"), rooted("/b")] },
    { _tag: "SymlinkLoop", code: "ELOOP", cycle: ["/a", "/b"] },
    "its links form a loop, \"/a\" → \"/b\" → \"/a\" (ELOOP)."
  ],
  [
    { _tag: "TooManySymlinks", limit: 40 },
    { _tag: "TooManySymlinks", code: "ELOOP", limit: 40 },
    "it leads through more than 40 links, the last one at \"/at\"; allow more if you trust the tree (ELOOP)."
  ],
  [
    { _tag: "TooManySymlinks", limit: 1 },
    { _tag: "TooManySymlinks", code: "ELOOP", limit: 1 },
    "it leads through more than 1 link, the last one at \"/at\"; allow more if you trust the tree (ELOOP)."
  ],
  [
    { _tag: "SymlinkForbidden", by: "policy" },
    { _tag: "SymlinkForbidden", code: "ELOOP", by: "policy" },
    "\"/at\" is a symbolic link, and links are forbidden (ELOOP)."
  ],
  [
    { _tag: "SymlinkForbidden", by: "mount" },
    { _tag: "SymlinkForbidden", code: "ELOOP", by: "mount" },
    "\"/at\" is a symbolic link on a mount with the option nosymfollow (ELOOP)."
  ],
  [
    { _tag: "MagicLink", target: "pipe:[1]" },
    { _tag: "MagicLink", code: "EXDEV", target: "pipe:[1]" },
    "\"/at\" is a magic link of procfs, which leads out of any root (EXDEV)."
  ],
  [
    { _tag: "CrossesMount", known: true },
    { _tag: "CrossesMount", code: "EXDEV", known: true },
    "\"/at\" is on another mount than the root, and mounts are forbidden (EXDEV)."
  ],
  [
    { _tag: "CrossesMount", known: false },
    { _tag: "CrossesMount", code: "EXDEV", known: false },
    "mounts are forbidden, and this kind of root cannot tell whether \"/at\" is one; use a root that holds descriptors " +
    "(EXDEV)."
  ],
  [
    { _tag: "EscapesRoot" },
    { _tag: "EscapesRoot", code: "EXDEV" },
    "it leads out of the root; the containment \"clamp\" would keep it inside (EXDEV)."
  ],
  [
    { _tag: "EscapesRoot", via: rooted("/link") },
    { _tag: "EscapesRoot", code: "EXDEV", via: "/link" },
    "the link \"/link\" leads out of the root; the containment \"clamp\" would keep it inside (EXDEV)."
  ],
  ...(["EACCES", "EPERM"] as const).map((code) =>
    [
      { _tag: "Fault", cause: code },
      { _tag: "AccessDenied", code, cause: code },
      `you have no permission to look up "/at"; that requires search permission for every directory before it (${code}).`
    ] as const
  ),
  [
    { _tag: "Fault", cause: "ENAMETOOLONG" },
    { _tag: "NameTooLong", code: "ENAMETOOLONG", cause: "ENAMETOOLONG" },
    "a name can have at most 255 bytes, and a path at most 4,095 (ENAMETOOLONG)."
  ],
  [
    { _tag: "Fault", cause: "EILSEQ" },
    { _tag: "InvalidPath", code: "EILSEQ" },
    "\"/at\", or the target of a link there, is not UTF-8, and this file system supports only names in UTF-8 (EILSEQ)."
  ],
  [
    { _tag: "Fault", cause: "EIO" },
    { _tag: "LookupFailed", code: "EIO", cause: "EIO" },
    "looking up \"/at\" failed: i/o error (EIO)."
  ],
  [
    { _tag: "Fault", cause: 5 },
    { _tag: "LookupFailed", code: "UNKNOWN", cause: 5 },
    "looking up \"/at\" failed (UNKNOWN)."
  ]
]

describe("the failure of a walk", () => {
  it.each(reasons)("%j", (reason, fields, why) => {
    const failure = fails(reason)
    expect(failure).toStrictEqual({ root: "/root", path: "/path", at: "/at", ...fields })
    expect(ResolveFailure.message(failure)).toBe(`"/path" cannot be resolved in the root "/root": ${why}`)
  })

  it("an empty path names nothing", () => {
    expect(ResolveFailure.message(fails({ _tag: "Missing" }, ""))).toBe(
      "\"\" cannot be resolved in the root \"/root\": an empty path names nothing (ENOENT)."
    )
  })
})

describe("a path that is refused before any lookup", () => {
  it.each([
    ["a\0b", "InvalidPath", "EINVAL", "it contains a NUL character (EINVAL)."],
    ["\0\ud800", "InvalidPath", "EINVAL", "it contains a NUL character (EINVAL)."],
    ["\ud800", "InvalidPath", "EILSEQ", "it contains an unpaired surrogate that cannot be part of a name (EILSEQ)."],
    [
      "a\udcff/\udcc3\udca9",
      "InvalidPath",
      "EILSEQ",
      "it contains escaped bytes that are a character in UTF-8; use the character itself (EILSEQ)."
    ],
    ["/".repeat(4096), "NameTooLong", "ENAMETOOLONG", "a name can have at most 255 bytes, and a path at most 4,095 "]
  ])("%j", (path, _tag, code, why) => {
    const failure = ResolveFailure.refused("/root", path)
    expect(failure).toStrictEqual({ _tag, root: "/root", path, at: "/", code })
    expect(failure && ResolveFailure.message(failure)).toContain(`in the root "/root": ${why}`)
  })

  it("is not one with the largest length", () => {
    expect(ResolveFailure.refused("/root", "/".repeat(4095))).toBeUndefined()
  })

  it.each([
    ["3", "3"],
    ["null", "null"],
    ["{}", "[object Object]"]
  ])("throws for %s, which is not text", (json, named) => {
    const path: string = JSON.parse(json) // what a program without types can pass
    expect(() => ResolveFailure.refused("/root", path)).toThrow(
      new TypeError(`The path must be a string, not ${named}`)
    )
  })

  it("fails with EBADF if the root is closed", () => {
    const failure = ResolveFailure.closed("/root", "a")
    expect(failure).toStrictEqual({ _tag: "RootClosed", root: "/root", path: "a", at: "/", code: "EBADF" })
    expect(ResolveFailure.message(failure)).toMatch(
      /: the root has been closed; use it only while it is open \(EBADF\)\.$/
    )
  })
})

describe("the failure of a path in an operation", () => {
  const of = (thrown: Errno.Errno | Errno.BadArgument, ...texts: ReadonlyArray<string>) =>
    ResolveFailure.fromThrown(thrown, texts, codeOf)

  const outcome = { at: rooted("/at"), reason: { _tag: "Missing" as const } }

  it("is that of its walk", () => {
    expect(of(unresolved("ENOENT", { path: "/path", outcome }))).toEqual({
      _tag: "PathNotFound",
      root: "/",
      path: "/path",
      at: "/at",
      code: "ENOENT"
    })
  })

  it("is that of the root, if that says more", () => {
    const failure = ResolveFailure.closed("/root", "a")
    expect(of(unresolved("EBADF", { path: "a", outcome, failure }))).toBe(failure)
  })

  it("is that of the text, if there was no walk", () => {
    const long = "/".repeat(4096)
    expect(of(unresolved("ENAMETOOLONG", { path: long, outcome: undefined }))).toMatchObject({
      _tag: "NameTooLong",
      path: long
    })
    expect(of(unresolved("ENOENT", { path: "", outcome: undefined }))).toEqual({
      _tag: "PathNotFound",
      root: "/",
      path: "",
      at: "/",
      code: "ENOENT"
    })
  })

  it("is that of the first text with such a character", () => {
    const illegal = thrownBy(() => badArgument("EILSEQ", "no bytes"))
    const nul = thrownBy(() => badArgument("ERR_INVALID_ARG_VALUE", "a NUL"))
    expect(of(illegal, "a", "x\0", "\ud800", "\udc00")).toMatchObject({ code: "EILSEQ", path: "\ud800" })
    expect(of(nul, "a", "\ud800", "x\0")).toMatchObject({ code: "EINVAL", path: "x\0" })
    expect(of(illegal, "/".repeat(5000))).toBeUndefined()
    expect(of(nul)).toBeUndefined()
  })

  it("is undefined for other failures", () => {
    expect(of(Errno.make("ENOENT"), "\0")).toBeUndefined()
  })

  it("contains no host path, and of its cause only the code", () => {
    const failure = fails({ _tag: "Fault", cause: "EIO" })
    expect(ResolveFailure.withoutHostPaths(failure, "/other")).toStrictEqual({
      _tag: "LookupFailed",
      root: "/",
      path: "/other",
      at: "/at",
      code: "EIO",
      cause: { code: "EIO" }
    })
    expect(ResolveFailure.withoutHostPaths(fails({ _tag: "Missing" }), "/other")).not.toHaveProperty("cause")
  })
})

describe("messages", () => {
  it("escape what garbles a terminal or cannot be seen", () => {
    expect(ResolveFailure.quote("a\"\\\n\r\u001b\u202e\u2028\u3164\u{e0001}\ud800z")).toBe(
      String.raw`"a\"\\\n\u000d\u001b\u202e\u2028\u3164\udb40\udc01\ud800z"`
    )
    expect(ResolveFailure.quote("größe 日本 😀")).toBe("\"größe 日本 😀\"")
  })

  const permission = "you have no permission to open it; that requires search permission for every directory before it"
  const full = "too many files are open; close some, or raise the limit (ulimit -n)"

  it.each([
    ["ENOENT", "it does not exist"],
    ["ENOTDIR", "it is not a directory"],
    ["EACCES", permission],
    ["EPERM", permission],
    ["EMFILE", full],
    ["ENFILE", full],
    ["EIO", "opening it failed: i/o error"],
    ["ENOTCONN", "opening it failed: the server of the file system has ended"],
    ["ENOTSUP", "opening it failed: the file system does not support it, or it needs native calls"],
    ["EWHAT", "opening it failed"]
  ])("say why a root cannot be used: %s", (code, why) => {
    expect(ResolveFailure.unavailable("/root", code)).toBe(`The root "/root" cannot be used: ${why} (${code}).`)
  })

  it("say what the root of a process requires", () => {
    expect(ResolveFailure.unavailable("/proc/1/root", "EACCES")).toBe(
      `The root "/proc/1/root" cannot be used: ${permission}, and permission to trace the process if it belongs to ` +
        "another user (CAP_SYS_PTRACE) (EACCES)."
    )
  })

  it("say what the caller knows about it", () => {
    expect(ResolveFailure.unavailable("/root", "EIO", "the disk is gone")).toBe(
      "The root \"/root\" cannot be used: the disk is gone (EIO)."
    )
    expect(ResolveFailure.invalidTree("/a\n", "no parent")).toBe(
      String.raw`The tree's entry "/a\n" cannot be created: no parent.`
    )
  })
})

describe("withoutStack", () => {
  it("creates an error without a stack, and leaves other errors theirs", () => {
    const before = Error.stackTraceLimit
    expect(stackOf(ResolveFailure.withoutStack(() => new Error("quiet")))).toBe("Error: quiet")
    expect(() =>
      ResolveFailure.withoutStack(() => {
        throw new Error("thrown")
      })
    ).toThrow("thrown")
    expect(Error.stackTraceLimit).toBe(before)
    expect(before).toBeGreaterThan(0)
  })

  it("creates the error all the same if the length of stacks is frozen", () => {
    const before = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit") ?? expect.unreachable()
    Object.defineProperty(Error, "stackTraceLimit", { writable: false })
    try {
      expect(ResolveFailure.withoutStack(() => new Error("quiet")).message).toBe("quiet")
    } finally {
      Object.defineProperty(Error, "stackTraceLimit", before)
    }
    expect(Error.stackTraceLimit).toBe(before.value)
  })
})
