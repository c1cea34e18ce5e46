/** Errors are the same after they were sent as JSON through the schemas, as RPC, HTTP and workflows do. */
import * as RootedPath from "@procfsroot/path/RootedPath"
import { MemoryFileSystem, ResolveError, Root, WormholeError } from "@procfsroot/effect4"
import * as ErrorSchema from "@procfsroot/effect4/ErrorSchema"
import { isResolveFailure, message } from "@procfsroot/vfs/ResolveFailure"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"

/** Escaped bytes, as of a name that is not UTF-8, and a newline. */
const details = { root: "/srv/box", path: "/\udcff\n", at: RootedPath.root }
const cause = new Error("EIO: i/o error, lstat '/srv/box/a'")

const unresolved: { readonly [E in ResolveError.ResolveError as E["_tag"]]: ReadonlyArray<E> } = {
  PathNotFound: [new ResolveError.PathNotFound(details)],
  NotADirectory: [new ResolveError.NotADirectory(details)],
  SymlinkLoop: [new ResolveError.SymlinkLoop({ ...details, cycle: [RootedPath.root] })],
  TooManySymlinks: [new ResolveError.TooManySymlinks({ ...details, limit: 40 })],
  SymlinkForbidden: [
    new ResolveError.SymlinkForbidden({ ...details, by: "policy" }),
    new ResolveError.SymlinkForbidden({ ...details, by: "mount" })
  ],
  EscapesRoot: [
    new ResolveError.EscapesRoot(details),
    new ResolveError.EscapesRoot({ ...details, via: RootedPath.root })
  ],
  CrossesMount: [
    new ResolveError.CrossesMount({ ...details, known: true }),
    new ResolveError.CrossesMount({ ...details, known: false })
  ],
  MagicLink: [new ResolveError.MagicLink({ ...details, target: "/usr/bin/node" })],
  AccessDenied: [
    new ResolveError.AccessDenied({ ...details, code: "EACCES" }),
    new ResolveError.AccessDenied({ ...details, code: "EPERM", cause })
  ],
  NameTooLong: [new ResolveError.NameTooLong(details), new ResolveError.NameTooLong({ ...details, cause })],
  InvalidPath: [
    new ResolveError.InvalidPath({ ...details, code: "EINVAL" }),
    new ResolveError.InvalidPath({ ...details, code: "EILSEQ" })
  ],
  RootClosed: [new ResolveError.RootClosed(details)],
  LookupFailed: [new ResolveError.LookupFailed({ ...details, code: "EIO", cause })]
}

const unusable: { readonly [E in WormholeError.WormholeError as E["_tag"]]: ReadonlyArray<E> } = {
  ProcessNotFound: [new WormholeError.ProcessNotFound({ pid: 7 })],
  ProcessIsZombie: [new WormholeError.ProcessIsZombie({ pid: 7 })],
  ProcessNotPermitted: [
    new WormholeError.ProcessNotPermitted({ pid: 7, code: "EACCES" }),
    new WormholeError.ProcessNotPermitted({ pid: 7, code: "EPERM" })
  ],
  RootUnavailable: [
    new ResolveError.RootUnavailable({ root: "/srv/box", code: "ENOENT" }),
    new ResolveError.RootUnavailable({ root: "/srv/box", code: "ENOTSUP", reason: "there is no procfs", cause })
  ]
}

const resolveErrors = Object.values(unresolved).flat()
const members: ReadonlyArray<Schema.ConstraintCodec<unknown, unknown>> = [
  ...ErrorSchema.ResolveError.members,
  ...ErrorSchema.WormholeError.members
]
const all = [...resolveErrors, ...Object.values(unusable).flat()]

const AnyError = Schema.Union([ErrorSchema.ResolveError, ErrorSchema.WormholeError])
const AnExit = Schema.fromJsonString(Schema.toCodecJson(Schema.Exit(Schema.Void, AnyError, Schema.Defect())))

/** Sends the failure of a procedure to a client. */
const sent = (error: typeof AnyError.Type) => {
  const text = Schema.encodeSync(AnExit)(Exit.fail(error))
  return Exit.match(Schema.decodeSync(AnExit)(text), {
    onFailure: (cause) => Result.getOrThrow(Cause.findError(cause)),
    onSuccess: () => expect.unreachable("it failed")
  })
}

/** The fields, without the cause, and what is not a field. `code` and the tag are fields or of the class. */
const shownBy = (error: { readonly _tag: string; readonly code: string; readonly message: string }) => {
  const { cause: _, ...fields } = { cause: undefined, ...error }
  return { ...fields, code: error.code, tag: error._tag, message: error.message, text: String(error) }
}

describe("a schema", () => {
  it.each(all.map((error) => [error._tag, error] as const))("of %s returns an error like it", (_, error) => {
    const received = sent(error)
    expect(received.constructor).toBe(error.constructor)
    expect(shownBy(received)).toEqual(shownBy(error))
    // Effect 3 compares arrays and causes by identity.
    if (!("cycle" in error || "cause" in error)) expect(Equal.equals(received, error)).toBe(true)
    expect(received.cause instanceof Error && received.cause.message).toBe(
      error.cause instanceof Error && cause.message
    )
  })

  it("of a tag is only for its class, and encodes it as plain data", () => {
    const classes = members.map((member) => {
      const own = all.filter(Schema.is(member))
      const decoded = own.map((error) => {
        const encoded = Schema.encodeUnknownSync(member)(error)
        expect(encoded).toMatchObject({ _tag: error._tag, code: error.code })
        expect(encoded).toEqual(JSON.parse(JSON.stringify(encoded)))
        return Schema.decodeUnknownSync(member)(encoded)
      })
      expect(decoded.map(Object.getPrototypeOf)).toEqual(own.map(Object.getPrototypeOf))
      return [...new Set(own.map(({ _tag }) => _tag))]
    })
    expect(classes).toEqual([...Object.keys(unresolved), ...Object.keys(unusable)].map((tag) => [tag]))
  })

  it("of ResolveError encodes it as a ResolveFailure, which promises have", () => {
    for (const error of resolveErrors) {
      const encoded = Schema.encodeSync(ErrorSchema.ResolveError)(error)
      expect(isResolveFailure(encoded) && message(encoded)).toBe(error.message)
    }
  })

  it("refuses what is not an error", () => {
    const [error] = unresolved.PathNotFound
    const encoded = error && Schema.encodeSync(ErrorSchema.ResolveError)(error)
    const decode = Schema.decodeUnknownResult(ErrorSchema.ResolveError)
    expect(Result.isSuccess(decode(encoded))).toBe(true)
    for (const change of [{ at: "/a/../b" }, { code: "EIO" }, { _tag: "NotFound" }, { root: 7 }]) {
      expect(Result.isSuccess(decode({ ...encoded, ...change }))).toBe(false)
    }
  })
})

it("the schema of a resolved path takes what has its form, and says which", () => {
  const path = Effect.runSync(Effect.provide(Root.resolve("/../etc/."), MemoryFileSystem.root({ "/etc/motd": "" })))
  expect(Schema.decodeUnknownSync(ErrorSchema.RootedPath)(Schema.encodeSync(ErrorSchema.RootedPath)(path))).toBe("/etc")
  for (const text of ["", "etc", "/etc/", "/etc/../a", "/a\0", 7]) {
    expect(() => Schema.decodeUnknownSync(ErrorSchema.RootedPath)(text)).toThrow(
      typeof text === "string" ? "an absolute path without" : "RootedPath"
    )
  }
})

it("an error of a root is equal to one of the constructor", () => {
  const resolving = Effect.provide(Effect.flip(Root.resolve("/none")), MemoryFileSystem.root({}))
  const error = Effect.runSync(resolving)
  const constructed = new ResolveError.PathNotFound({ root: "/", path: "/none", at: error.at })
  expect(Equal.equals(error, constructed)).toBe(true)
  expect(error).toEqual(constructed) // which also compares the order of the fields
})

it("fromFailure returns an error that is equal to one of the constructor", () => {
  for (const error of resolveErrors) {
    const made = ResolveError.fromFailure(error)
    expect(Equal.equals(made, error)).toBe(true)
    expect(made).toEqual(error)
  }
})

describe("withoutHostPaths", () => {
  it.each(resolveErrors.map((error) => [error._tag, error] as const))("keeps the rest of %s", (_, error) => {
    const shown = ResolveError.withoutHostPaths(error)
    expect(shown.constructor).toBe(error.constructor)
    expect(shownBy(shown)).toEqual({
      ...shownBy(error),
      root: "/",
      message: error.message.replace("/srv/box", "/"),
      text: String(error).replace("/srv/box", "/")
    })
    expect(shown.cause).toEqual("cause" in error ? { code: error.code } : undefined)
    expect(JSON.stringify([shown, Schema.encodeSync(ErrorSchema.ResolveError)(shown)])).not.toContain("/srv/box")
  })
})
