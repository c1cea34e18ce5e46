/** What the compiler knows: the error channel, the requirements, and what handling an error leaves of it. */
import type { PlatformError } from "@effect/platform/Error"
import type * as FileSystem from "@effect/platform/FileSystem"
import { EvalSymlinks, MemoryFileSystem, ResolveError, Root, RootDirectory, RootFileSystem } from "@procfsroot/platform"
import type { RootedPath } from "@procfsroot/path"
import { Method } from "@procfsroot/vfs"
import type { TreeEntry } from "@procfsroot/vfs/RootDirectory"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import type * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { describe, expectTypeOf, it } from "vitest"

type Place = RootedPath.RootedPath
const resolved = Root.resolve("/etc/mtab")

describe("types", () => {
  it("resolve fails with ResolveError and needs a Root, no more and no less", () => {
    expectTypeOf(resolved).toEqualTypeOf<Effect.Effect<Place, ResolveError.ResolveError, Root.Root>>()
    expectTypeOf<ResolveError.ResolveError["_tag"]>().toEqualTypeOf<
      | "PathNotFound"
      | "NotADirectory"
      | "SymlinkLoop"
      | "TooManySymlinks"
      | "SymlinkForbidden"
      | "EscapesRoot"
      | "CrossesMount"
      | "MagicLink"
      | "AccessDenied"
      | "NameTooLong"
      | "InvalidPath"
      | "RootClosed"
      | "LookupFailed"
    >()
  })

  it("every method has a system call for its errors", () => {
    expectTypeOf(Method.syscalls).toExtend<
      Readonly<Record<keyof FileSystem.FileSystem | keyof RootDirectory.RootDirectory, string>>
    >()
  })

  it("what cannot fail has nothing in its error channel", () => {
    expectTypeOf(Root.locate("/")).toEqualTypeOf<Effect.Effect<Root.Location, never, Root.Root>>()
    expectTypeOf(Root.explain("/")).toEqualTypeOf<Effect.Effect<Root.Explanation, never, Root.Root>>()
    expectTypeOf(Root.resolveAll(["/"])).toEqualTypeOf<
      Effect.Effect<ReadonlyArray<Either.Either<Place, ResolveError.ResolveError>>, never, Root.Root>
    >()
  })

  it("a stream keeps its own errors and requirements", () => {
    const paths = Stream.fail("no paths" as const)
    expectTypeOf(paths.pipe(Root.resolveStream())).toEqualTypeOf<
      Stream.Stream<Either.Either<Place, ResolveError.ResolveError>, "no paths", Root.Root>
    >()
  })

  it("catchTag takes one error away, and knows what is in it", () => {
    const handled = Effect.catchTag(resolved, "SymlinkLoop", (error) => {
      expectTypeOf(error).toEqualTypeOf<ResolveError.SymlinkLoop>()
      expectTypeOf(error.cycle).toEqualTypeOf<ReadonlyArray<Place>>()
      expectTypeOf<typeof error.code>().toEqualTypeOf<"ELOOP">()
      return Effect.succeed(error.cycle.length)
    })
    expectTypeOf(handled).toEqualTypeOf<
      Effect.Effect<Place | number, Exclude<ResolveError.ResolveError, ResolveError.SymlinkLoop>, Root.Root>
    >()
    expectTypeOf(handled).not.toEqualTypeOf<typeof resolved>()
  })

  it("catchTags of all leaves nothing", () => {
    const nothing = () => Effect.void
    const handled = Effect.catchTags(resolved, {
      PathNotFound: nothing,
      NotADirectory: nothing,
      SymlinkLoop: nothing,
      TooManySymlinks: nothing,
      SymlinkForbidden: nothing,
      EscapesRoot: nothing,
      CrossesMount: nothing,
      MagicLink: nothing,
      AccessDenied: nothing,
      NameTooLong: nothing,
      InvalidPath: nothing,
      RootClosed: nothing,
      LookupFailed: nothing
    })
    expectTypeOf(handled).toEqualTypeOf<Effect.Effect<Place | void, never, Root.Root>>()
  })

  it("each error says what only it knows", () => {
    expectTypeOf<ResolveError.TooManySymlinks["limit"]>().toEqualTypeOf<number>()
    expectTypeOf<ResolveError.MagicLink["target"]>().toEqualTypeOf<string>()
    expectTypeOf<ResolveError.AccessDenied["code"]>().toEqualTypeOf<"EACCES" | "EPERM">()
    expectTypeOf<ResolveError.EscapesRoot["via"]>().toEqualTypeOf<Place | undefined>()
    expectTypeOf<ResolveError.LookupFailed["cause"]>().toEqualTypeOf<unknown>()
    expectTypeOf<ResolveError.ResolveError["at"]>().toEqualTypeOf<Place>()
  })

  it("the portable layer needs a FileSystem, and evalSymlinks too", () => {
    expectTypeOf(Root.layer("/srv/box")).toEqualTypeOf<
      Layer.Layer<Root.Root, ResolveError.RootUnavailable, FileSystem.FileSystem>
    >()
    expectTypeOf(EvalSymlinks.evalSymlinks("/", "/", "full")).toEqualTypeOf<
      Effect.Effect<Place, ResolveError.ResolveError, FileSystem.FileSystem>
    >()
  })

  it("a policy is an option of the layers that have a file system, and of no root", () => {
    type Containment = "clamp" | "reject" | "beneath" | undefined
    expectTypeOf<RootFileSystem.Options["containment"]>().toEqualTypeOf<Containment>()
    expectTypeOf<MemoryFileSystem.Options["containment"]>().toEqualTypeOf<Containment>()
    expectTypeOf<MemoryFileSystem.Options["maxSymlinks"]>().toEqualTypeOf<number | undefined>()
    expectTypeOf<keyof MemoryFileSystem.RootOptions>().toEqualTypeOf<"faults" | "limits" | "protected" | "user">()
    expectTypeOf(RootFileSystem.layerWith({ symlinks: "forbid" })).toEqualTypeOf(RootFileSystem.layer)
  })

  it("a root in a root provides what the root does, until the scope ends", () => {
    expectTypeOf(RootDirectory.subRoot("/uploads", { readOnly: true })).toEqualTypeOf<
      Effect.Effect<
        Context.Context<FileSystem.FileSystem | Root.Root | RootDirectory.RootDirectory>,
        PlatformError,
        RootDirectory.RootDirectory | Scope.Scope
      >
    >()
    expectTypeOf(RootDirectory.openDescriptor("/")).toEqualTypeOf<
      Effect.Effect<number, PlatformError, RootDirectory.RootDirectory | Scope.Scope>
    >()
  })

  it("entries come as streams, and a missing attribute is none", () => {
    expectTypeOf(RootDirectory.walkTree("/")).toEqualTypeOf<
      Stream.Stream<TreeEntry, PlatformError, RootDirectory.RootDirectory>
    >()
    expectTypeOf(RootDirectory.getExtendedAttribute("/", "user.a")).toEqualTypeOf<
      Effect.Effect<Option.Option<Uint8Array>, PlatformError, RootDirectory.RootDirectory>
    >()
    expectTypeOf<{ readonly mode: "swap" }>().not.toExtend<Parameters<typeof RootDirectory.rename>[2]>()
  })

  it("the fake provides all of it", () => {
    expectTypeOf(MemoryFileSystem.layer({})).toEqualTypeOf<
      Layer.Layer<
        FileSystem.FileSystem | Root.Root | RootDirectory.RootDirectory | MemoryFileSystem.MemoryFileSystem,
        MemoryFileSystem.InvalidTree
      >
    >()
  })

  it("a place is a string, but a string is not a place", () => {
    expectTypeOf<Place>().toExtend<string>()
    expectTypeOf<string>().not.toExtend<Place>()
    expectTypeOf<{ readonly missing: "all" }>().not.toExtend<Root.ResolveOptions>()
  })
})
