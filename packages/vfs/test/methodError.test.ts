/** Tests the error of a method: its reason, system call, description and cause. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as MethodError from "@procfsroot/vfs/MethodError"
import type * as ResolveFailure from "@procfsroot/vfs/ResolveFailure"
import * as RootedPath from "@procfsroot/path/RootedPath"
import { describe, expect, it } from "vitest"
import {
  badArgument,
  calling,
  causeless,
  codeOfCause,
  fail,
  failIn,
  refuse,
  unresolved
} from "../src/internal/errno.js"
import { stackOf, thrownBy } from "./failing.js"

const noErrno = () => undefined

const failing = { method: "stat", subject: "/path" }

/** A failure for which Node has a code of its own. */
const existing = () => thrownBy(() => calling("cp", ["/a"], () => refuse("ERR_FS_CP_EEXIST", "it is there")))

/** Everything that an error says, with the fields of a cause that is an `Error`. */
const shown = ({ cause, ...rest }: MethodError.MethodError) => ({
  ...rest,
  cause: cause instanceof Error ? { ...cause, name: cause.name, message: cause.message } : cause
})

describe("reasons", () => {
  it.each([
    ["EACCES", "PermissionDenied"],
    ["EBUSY", "Busy"],
    ["EEXIST", "AlreadyExists"],
    ["ENOENT", "NotFound"]
  ])("%s is %s, and the other way round", (errno, reason) => {
    expect([Errno.reasonOf(errno), Errno.fromReason(reason)]).toEqual([reason, errno])
  })

  it("some errnos share a reason, and others have none", () => {
    for (const errno of ["EISDIR", "ELOOP", "ENOTDIR"]) expect(Errno.reasonOf(errno)).toBe("BadResource")
    expect(Errno.reasonOf("EIO")).toBe("Unknown")
  })

  it("some reasons have an errno, although no errno has them", () => {
    expect(["TimedOut", "UnexpectedEof", "WouldBlock", "WriteZero", "BadResource", 1].map(Errno.fromReason)).toEqual([
      "ETIMEDOUT",
      "EIO",
      "EAGAIN",
      "EIO",
      undefined,
      undefined
    ])
  })

  it("the errno of an error is the first one among its causes", () => {
    const endless: { cause?: unknown } = {}
    endless.cause = endless
    expect([endless, null, undefined, "ENOENT", { code: 2 }].map(Errno.inError)).toEqual(Array(5).fill(undefined))
    expect(Errno.inError({ code: 2, cause: { cause: { code: "EIO", cause: { code: "EPERM" } } } })).toBe("EIO")
    const codes = ["EIO", "UNKNOWN", "ERR_FS_EISDIR", "ERR_FS_CP_EEXIST", "ERR_OTHER"]
    expect(codes.map((code) => Errno.ofError({ code }))).toEqual(["EIO", undefined, "EISDIR", "EEXIST", undefined])
    expect(Errno.ofError({})).toBeUndefined()
  })

  it("the name of an errno is found by its number if Node does not know it", () => {
    const errors = [
      { code: "UNKNOWN", errno: -122 },
      { code: "Unknown system error -122", errno: -122 },
      { code: "Unknown system error -116" }
    ]
    expect(errors.map(Errno.codeOf)).toEqual(["EDQUOT", "EDQUOT", "ESTALE"])
    expect(errors.map(Errno.inError)).toEqual(["EDQUOT", "EDQUOT", "ESTALE"])
    const others = [{ code: "UNKNOWN" }, { code: "UNKNOWN", errno: -900 }, { code: "Unknown system error -900" }]
    expect(others.map(Errno.codeOf)).toEqual(others.map(({ code }) => code))
    expect(others.map(Errno.inError)).toEqual(["UNKNOWN", "UNKNOWN", undefined])
  })
})

describe("an error from a failure", () => {
  it("has the system call of the method", () => {
    expect(shown(MethodError.fromFailure("writeFileString", "/a\n", { code: "ENOENT" }))).toStrictEqual({
      method: "writeFileString",
      subject: "/a\n",
      reason: "NotFound",
      syscall: "open",
      description: String.raw`ENOENT: no such file or directory, open "/a\n"`,
      cause: {
        name: "Error",
        message: String.raw`ENOENT: no such file or directory, open "/a\n"`,
        code: "ENOENT",
        path: "/a\n",
        syscall: "open"
      }
    })
  })

  it("has the system call that failed, if it is known", () => {
    expect(MethodError.fromFailure("copy", "/a", { code: "EIO", syscall: "read" })).toMatchObject({
      syscall: "read",
      description: "EIO: i/o error, read \"/a\""
    })
  })

  it("has the method where no system call is known, and the descriptor where there is no path", () => {
    const error = MethodError.fromFailure("toString", 3, { code: "EBADF" })
    expect(error).toMatchObject({
      syscall: undefined,
      description: "EBADF: bad file descriptor, toString descriptor 3"
    })
    expect({ ...error.cause }).toStrictEqual({ code: "EBADF", path: 3 })
  })

  it("has a cause without a stack", () => {
    const { cause } = MethodError.fromFailure("stat", "/", { code: "EIO" })
    expect(cause instanceof Error && stackOf(cause)).toBe("Error: EIO: i/o error, stat \"/\"")
  })

  it("can be that of nothing being written", () => {
    expect(MethodError.writeZero(failing)).toStrictEqual({
      ...failing,
      reason: "WriteZero",
      syscall: undefined,
      description: "nothing was written, and no error reported",
      cause: undefined
    })
  })
})

describe("an error from a file system below", () => {
  it("keeps its errno, but not its path", () => {
    const below = { code: "EACCES", path: "/host/path" }
    const error = MethodError.fromBelow("stat", "/path", below, { reason: "Busy", syscall: "lstat" })
    expect(shown(error)).toStrictEqual({
      ...failing,
      reason: "PermissionDenied",
      syscall: "lstat",
      description: "EACCES: permission denied, lstat \"/path\"",
      cause: {
        name: "Error",
        message: "EACCES: permission denied, lstat \"/path\"",
        code: "EACCES",
        path: "/path",
        syscall: "lstat"
      }
    })
  })

  it("keeps its reason if it has no errno", () => {
    const nothing = { ...failing, syscall: undefined, description: undefined, cause: undefined }
    expect(MethodError.fromBelow("stat", "/path", new Error("/host"), { reason: "TimedOut" }))
      .toStrictEqual({ ...nothing, reason: "TimedOut" })
    expect(MethodError.fromBelow("stat", "/path", "x", {})).toStrictEqual({ ...nothing, reason: "Unknown" })
  })

  it("is about the arguments if these were refused, whatever its code", () => {
    const refused = { reason: "BadArgument", code: "ERR_OUT_OF_RANGE" } as const
    expect(MethodError.fromBelow("stat", 7, refused, refused)).toStrictEqual({
      method: "stat",
      subject: 7,
      reason: "BadArgument",
      syscall: undefined,
      description: "the arguments for descriptor 7 are not valid",
      cause: undefined
    })
  })
})

const at = RootedPath.root

const missing: ResolveFailure.ResolveFailure = { _tag: "PathNotFound", root: "/host", path: "/l", at, code: "ENOENT" }

describe("an error from a path that did not resolve", () => {
  it("names the path inside the root, and the system call of the method", () => {
    const cause = { ...missing, root: "/" }
    expect(MethodError.fromResolveFailure("rename", missing)).toStrictEqual({
      method: "rename",
      subject: "/l",
      reason: "NotFound",
      syscall: "rename",
      description: "\"/l\" cannot be resolved in the root \"/\": there is no \"/\" in it (ENOENT).",
      cause
    })
    expect(MethodError.fromResolveFailure("rename", missing, "/other", "open"))
      .toMatchObject({ subject: "/other", syscall: "open", cause: { path: "/other" } })
  })

  it("is about the argument if the path has an invalid character", () => {
    const invalid = { _tag: "InvalidPath", root: "/host", path: "\0", at, code: "EINVAL" } as const
    expect(MethodError.fromResolveFailure("stat", invalid)).toStrictEqual({
      method: "stat",
      subject: "\0",
      reason: "BadArgument",
      syscall: undefined,
      description: String.raw`"\u0000" cannot be resolved in the root "/": it contains a NUL character (EINVAL).`,
      cause: { ...invalid, root: "/" }
    })
  })
})

const outcome = (reason: NonNullable<Errno.Unresolved["outcome"]>["reason"]) => ({
  path: "/l",
  outcome: { at, reason }
})

describe("an error from what an operation throws", () => {
  it("is that of its path, with the system call that it made", () => {
    const thrown = thrownBy(() =>
      calling("lstat", ["/l"], () => {
        throw unresolved("ENOENT", outcome({ _tag: "Missing" }))
      })
    )
    const error = { method: "stat", reason: "NotFound", syscall: "lstat", cause: { _tag: "PathNotFound" } }
    // A second path of the call keeps its own text.
    expect(MethodError.fromThrown({ ...failing, texts: ["/path", "/l"] }, thrown, noErrno))
      .toMatchObject({ ...error, subject: "/path", cause: { path: "/l" } })
    // The path of a step inside the operation is reported as that of the caller.
    expect(MethodError.fromThrown({ ...failing, texts: ["/path"] }, thrown, noErrno))
      .toMatchObject({ ...error, subject: "/path", cause: { path: "/path" } })
    expect(MethodError.fromThrown({ ...failing, subject: 3 }, thrown, noErrno))
      .toMatchObject({ ...error, subject: 3, cause: { path: "3" } })
  })

  it("is that of an argument, with the text that has an invalid character if there is one", () => {
    const thrown = thrownBy(() => badArgument("ERR_INVALID_ARG_VALUE", "no NUL"))
    expect(shown(MethodError.fromThrown(failing, thrown, noErrno))).toStrictEqual({
      ...failing,
      reason: "BadArgument",
      syscall: undefined,
      description: "no NUL",
      cause: { name: "TypeError", message: "no NUL", code: "ERR_INVALID_ARG_VALUE" }
    })
    expect(MethodError.fromThrown({ ...failing, texts: ["\0"] }, thrown, noErrno))
      .toMatchObject({ subject: "/path", syscall: undefined, cause: { _tag: "InvalidPath", path: "\0" } })
  })

  it("names the file below the path at which the call failed, and otherwise the path", () => {
    const descriptionOf = (texts: ReadonlyArray<string>, ...paths: ReadonlyArray<string>) => {
      const thrown = thrownBy(() => failIn("opendir", paths, "EACCES"))
      const { cause, description, subject } = MethodError.fromThrown({ ...failing, texts }, thrown, noErrno)
      expect(subject).toBe("/path")
      expect(cause).toMatchObject({ message: description })
      return description?.slice(description.indexOf("opendir"))
    }
    expect(descriptionOf(["/path"], "/path/a/b")).toBe("opendir \"/path/a/b\"")
    expect(descriptionOf(["/path", "to/"], "/path", "to/c")).toBe("opendir \"to/c\"")
    expect(descriptionOf(["/"], "/a")).toBe("opendir \"/a\"")
    expect(descriptionOf(["/path", "to"], "to")).toBe("opendir \"to\"")
    expect(descriptionOf(["/path", "to"], "/path", "to")).toBe("opendir \"/path\"")
    const others = [["/path", "/path"], ["/path", "/path2"], ["/path", "/"], ["", "/a"]] as const
    for (const [text, path] of others) expect(descriptionOf([text], path)).toBe("opendir \"/path\"")
  })

  it("has Node's own code and its reason where Node has them", () => {
    expect(MethodError.fromThrown(failing, existing(), noErrno)).toMatchObject({
      reason: "Unknown",
      syscall: "cp",
      description: "ERR_FS_CP_EEXIST: cp failed for \"/path\" (it is there)",
      cause: { message: "ERR_FS_CP_EEXIST: cp failed for \"/path\" (it is there)" }
    })
    const named = thrownBy(() => refuse("ERR_FS_CP_SOCKET", "cannot copy a socket file: /a\u001b[2J"))
    expect(MethodError.fromThrown(failing, named, noErrno).description).toBe(
      String.raw`ERR_FS_CP_SOCKET: stat failed for "/path" (cannot copy a socket file: /a\u001b[2J)`
    )
    expect(MethodError.fromThrown(failing, thrownBy(() => failIn("open", [], "EBUSY")), noErrno)).toMatchObject({
      reason: "Busy",
      syscall: "open",
      description: "EBUSY: resource busy or locked, open \"/path\""
    })
  })
})

describe("an error like Node's", () => {
  it("has the message, the code and the paths of Node's error", () => {
    const thrown = thrownBy(() => failIn("rename", ["/a", "/b"], "EXDEV"))
    const description = "EXDEV: cross-device link not permitted, rename '/a' -> '/b'"
    expect(shown(MethodError.likeNode(failing, thrown))).toStrictEqual({
      ...failing,
      reason: "Unknown",
      syscall: "rename",
      description,
      cause: {
        name: "Error",
        message: description,
        code: "EXDEV",
        errno: -18,
        syscall: "rename",
        path: "/a",
        dest: "/b"
      }
    })
  })

  it("has Node's own code and its reason where Node has them", () => {
    const description = "Target already exists: cp returned EEXIST (it is there) /a"
    expect(shown(MethodError.likeNode(failing, existing()))).toStrictEqual({
      ...failing,
      reason: "Unknown",
      syscall: "cp",
      description,
      cause: { name: "Error", message: description, code: "ERR_FS_CP_EEXIST", errno: 17, syscall: "cp", path: "/a" }
    })
  })

  it("has no cause where Node's has none", () => {
    const [thrown, below] = [Errno.make("EIO"), Errno.make("EIO")]
    expect(MethodError.likeNode(failing, thrown).cause).toBeInstanceOf(Error)
    for (const one of [thrown, below]) if (Errno.isErrno(one)) causeless.add(one)
    expect(MethodError.likeNode(failing, thrown).cause).toBeUndefined()
    expect(MethodError.likeNode(failing, Errno.make("EIO", below)).cause).toBeUndefined()
    expect(MethodError.likeNode(failing, Errno.make("EIO", Errno.make("EIO"))).cause).toBeInstanceOf(Error)
  })

  it("says which policy refused a path, since Node has no such error", () => {
    const refusing = [
      { _tag: "CrossesMount", known: true },
      { _tag: "EscapesRoot" },
      { _tag: "SymlinkForbidden", by: "policy" },
      { _tag: "TooManySymlinks", limit: 3 }
    ] as const
    for (const reason of refusing) {
      expect(MethodError.likeNode(failing, unresolved("ELOOP", outcome(reason)))).toMatchObject({
        cause: { _tag: reason._tag }
      })
    }
    const others = [{ _tag: "Missing" }, { _tag: "TooManySymlinks", limit: 40 }] as const
    for (const reason of others) {
      expect(MethodError.likeNode(failing, unresolved("ELOOP", outcome(reason))).cause).toBeInstanceOf(Error)
    }
    expect(MethodError.likeNode(failing, unresolved("ELOOP", { path: "", outcome: undefined })).cause).toBeInstanceOf(
      Error
    )
  })

  it("says beside its cause why the path did not resolve, as a program inside the root sees it", () => {
    const faulty = unresolved("EACCES", outcome({ _tag: "Fault", cause: Errno.make("EACCES") }))
    const details = { _tag: "AccessDenied", root: "/", at, code: "EACCES", cause: { code: "EACCES" } }
    expect(MethodError.likeNode(failing, faulty).unresolved).toStrictEqual({ ...details, path: "/path" })
    // A second path of the call keeps its own text.
    const both = { ...failing, texts: ["/path", "/l"] }
    expect(MethodError.likeNode(both, faulty).unresolved).toStrictEqual({ ...details, path: "/l" })
    const invalid = thrownBy(() => badArgument("ERR_INVALID_ARG_VALUE", "no NUL"))
    expect(MethodError.likeNode({ ...failing, texts: ["\0"] }, invalid).unresolved).toMatchObject({
      _tag: "InvalidPath"
    })
    // A path that resolves, and an error that must be reported without a cause.
    expect(MethodError.likeNode(failing, Errno.make("EIO")).unresolved).toBeUndefined()
    causeless.add(faulty)
    expect(MethodError.likeNode(failing, faulty).unresolved).toBeUndefined()
  })

  it("is about the arguments, or about a directory that was listed with such arguments", () => {
    const [refused, illegal] = (["ERR_OUT_OF_RANGE", "EILSEQ"] as const).map((code) =>
      thrownBy(() => badArgument(code, "why"))
    )
    if (refused === undefined || illegal === undefined) return expect.unreachable()
    const range = { name: "RangeError", message: "why", code: "ERR_OUT_OF_RANGE" }
    const argument = { reason: "BadArgument", syscall: undefined, description: undefined }
    expect(shown(MethodError.likeNode(failing, refused))).toStrictEqual({ ...failing, ...argument, cause: range })
    const listing = { method: "readDirectory", subject: "/path" }
    expect(shown(MethodError.likeNode(listing, refused))).toStrictEqual({
      ...listing,
      reason: "Unknown",
      syscall: undefined,
      description: "why",
      cause: range
    })
    expect(MethodError.likeNode({ ...listing, method: "readDirectoryEntries" }, refused).reason).toBe("Unknown")
    expect(shown(MethodError.likeNode(listing, illegal))).toStrictEqual({
      ...listing,
      ...argument,
      cause: { name: "TypeError", message: "why", code: "EILSEQ" }
    })
  })
})

describe("an errno", () => {
  it("names the first system call that failed", () => {
    const thrown = thrownBy(() => calling("open", ["/a"], () => calling("lstat", ["/b"], () => fail("EIO"))))
    expect(thrown).toMatchObject({ code: "EIO", syscall: "lstat", paths: ["/b"] })
    const other = new Error("not an errno")
    expect(() =>
      calling("open", ["/a"], () => {
        throw other
      })
    ).toThrow(other)
  })

  it("is the one of the cause, if that has one", () => {
    expect([{ code: "EPERM" }, { code: 1 }, {}, null, undefined, "EPERM"].map(codeOfCause))
      .toEqual(["EPERM", "EIO", "EIO", "EIO", "EIO", "EIO"])
  })

  it("survives being copied field by field", () => {
    const errno = thrownBy(() => failIn("open", ["/a"], "EIO"))
    const refused = thrownBy(() => badArgument("EILSEQ", "why"))
    for (const thrown of [errno, refused]) {
      const copied = Errno.fromFields({ ...thrown })
      expect(copied).toEqual(thrown)
      expect([Errno.isErrno(copied), Errno.isBadArgument(copied)])
        .toEqual([Errno.isErrno(thrown), Errno.isBadArgument(thrown)])
    }
    expect(Errno.isWriteZero(Errno.fromFields({ _tag: "WriteZero" }))).toBe(true)
    expect([errno, { _tag: "WriteZero" }].map(Errno.isWriteZero)).toEqual([false, false])
  })

  const detail = { code: "ERR_FS_FILE_TOO_LARGE", heading: "File too large", reason: "it is endless" }

  it("as an error, has the class and the fields of Node's", () => {
    const error = Errno.toError({ ...Errno.make("EEXIST"), syscall: "link", paths: ["/a", "/b"] })
    expect(error.constructor).toBe(Error)
    expect(Object.entries(error))
      .toEqual([["errno", -17], ["code", "EEXIST"], ["syscall", "link"], ["path", "/a"], ["dest", "/b"]])
    expect(Errno.toError({ ...Errno.make("EFBIG"), detail }).constructor).toBe(RangeError)
  })

  it("as an error, has Linux's number and libuv's message, if there is one", () => {
    expect(Errno.toError(Errno.make("ENOENT"))).toMatchObject({
      message: "ENOENT: no such file or directory, unknown",
      errno: -2,
      syscall: "unknown"
    })
    expect(Errno.toError(Errno.make("toString"))).toMatchObject({
      message: "toString: unknown error, unknown",
      code: "toString",
      errno: -0
    })
    expect(Errno.toError(Errno.make("EIO"))).not.toHaveProperty("path")
    const unsupported = { ...Errno.make("ENOTSUP"), paths: ["/d"] }
    expect(Errno.toError({ ...unsupported, syscall: "mknod" }).message)
      .toBe("ENOTSUP: the file system does not support it, or it needs native calls, mknod '/d'")
    expect(Errno.toError({ ...unsupported, syscall: "copyfile" }).message)
      .toBe("ENOTSUP: operation not supported on socket, copyfile '/d'")
    expect(Errno.toError({ ...Errno.make("ENOSPC"), syscall: "watch", paths: ["/d"] }).message)
      .toBe("ENOSPC: System limit for number of file watchers reached, watch '/d'")
    const messageOf = (paths: ReadonlyArray<string>): string =>
      Errno.toError({ ...Errno.make("EFBIG"), syscall: "read", detail, paths }).message
    expect([["/f"], []].map(messageOf)).toEqual([
      "File too large: read returned EFBIG (it is endless) /f",
      "File too large: read returned EFBIG (it is endless)"
    ])
  })
})
