/** Types: error channels, requirements, and the errors that remain after some are handled. */
import type * as FileSystem from "effect/FileSystem"
import {
  EvalSymlinks,
  FileSystemError,
  MemoryFileSystem,
  ResolveError,
  Root,
  RootDirectory,
  RootFileSystem
} from "@procfsroot/effect4"
import { NodeRootFileSystem, Wormhole, type WormholeError } from "@procfsroot/effect4/node"
import type { RootedPath } from "@procfsroot/path"
import type { TreeEntry } from "@procfsroot/vfs/RootDirectory"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Result from "effect/Result"
import type * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { describe, expectTypeOf, it } from "vitest"

type Place = RootedPath.RootedPath
const resolved = Root.resolve("/etc/mtab")

describe("types", () => {
  it("resolve fails with exactly ResolveError and requires exactly a Root", () => {
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

  it("functions that cannot fail have an empty error channel", () => {
    expectTypeOf(Root.locate("/")).toEqualTypeOf<Effect.Effect<Root.Location, never, Root.Root>>()
    expectTypeOf(Root.explain("/")).toEqualTypeOf<Effect.Effect<Root.Explanation, never, Root.Root>>()
    expectTypeOf(Root.resolveAll(["/"])).toEqualTypeOf<
      Effect.Effect<ReadonlyArray<Result.Result<Place, ResolveError.ResolveError>>, never, Root.Root>
    >()
  })

  it("a stream keeps its own errors and requirements", () => {
    const paths = Stream.fail("no paths" as const)
    expectTypeOf(paths.pipe(Root.resolveStream())).toEqualTypeOf<
      Stream.Stream<Result.Result<Place, ResolveError.ResolveError>, "no paths", Root.Root>
    >()
    expectTypeOf(Root.resolveStream(paths, { missing: "last" })).toEqualTypeOf<
      Stream.Stream<Result.Result<Place, ResolveError.ResolveError>, "no paths", Root.Root>
    >()
  })

  it("catchTag removes one error from the type, and knows its fields", () => {
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

  it("catchTags with all tags leaves no error", () => {
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

  it("each error has fields of its own", () => {
    expectTypeOf<ResolveError.TooManySymlinks["limit"]>().toEqualTypeOf<number>()
    expectTypeOf<ResolveError.MagicLink["target"]>().toEqualTypeOf<string>()
    expectTypeOf<ResolveError.AccessDenied["code"]>().toEqualTypeOf<"EACCES" | "EPERM">()
    expectTypeOf<ResolveError.EscapesRoot["via"]>().toEqualTypeOf<Place | undefined>()
    expectTypeOf<ResolveError.LookupFailed["cause"]>().toEqualTypeOf<unknown>()
    expectTypeOf<ResolveError.ResolveError["at"]>().toEqualTypeOf<Place>()
    expectTypeOf<ResolveError.ResolveError[ResolveError.TypeId]>().toEqualTypeOf<ResolveError.TypeId>()
  })

  it("the type of a service's value has a name", () => {
    expectTypeOf<Root.Root["Service"]>().toEqualTypeOf<Root.Service>()
    expectTypeOf<RootDirectory.RootDirectory["Service"]>().toEqualTypeOf<RootDirectory.Service>()
    expectTypeOf<MemoryFileSystem.MemoryFileSystem["Service"]>().toEqualTypeOf<MemoryFileSystem.Service>()
  })

  it("the portable layer and evalSymlinks require a FileSystem", () => {
    expectTypeOf(Root.layer("/srv/box")).toEqualTypeOf<
      Layer.Layer<Root.Root, ResolveError.RootUnavailable, FileSystem.FileSystem>
    >()
    expectTypeOf(EvalSymlinks.evalSymlinks("/", "/", "full")).toEqualTypeOf<
      Effect.Effect<Place, ResolveError.ResolveError, FileSystem.FileSystem>
    >()
  })

  it("the ResolveError in a PlatformError is typed", () => {
    expectTypeOf(FileSystemError.resolveError).toEqualTypeOf<
      (error: PlatformError) => Option.Option<ResolveError.ResolveError>
    >()
  })

  it("the type of a layer shows what it provides, what it requires and how it fails", () => {
    expectTypeOf(RootFileSystem.layer).toEqualTypeOf<
      Layer.Layer<FileSystem.FileSystem, never, Root.Root | FileSystem.FileSystem>
    >()
    expectTypeOf(MemoryFileSystem.layer({})).toEqualTypeOf<
      Layer.Layer<
        FileSystem.FileSystem | Root.Root | RootDirectory.RootDirectory | MemoryFileSystem.MemoryFileSystem,
        MemoryFileSystem.InvalidTree
      >
    >()
    expectTypeOf(NodeRootFileSystem.layer("/srv")).toEqualTypeOf<
      Layer.Layer<FileSystem.FileSystem | Root.Root | RootDirectory.RootDirectory, ResolveError.RootUnavailable>
    >()
    expectTypeOf(Wormhole.layer({ pid: 1 })).toEqualTypeOf<Layer.Layer<Root.Root, WormholeError.WormholeError>>()
  })

  it("a root inside a root provides the same services, until the scope ends", () => {
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

  it("entries are streams, and a missing attribute is none", () => {
    expectTypeOf(RootDirectory.walkTree("/")).toEqualTypeOf<
      Stream.Stream<TreeEntry, PlatformError, RootDirectory.RootDirectory>
    >()
    expectTypeOf(RootDirectory.getExtendedAttribute("/", "user.a")).toEqualTypeOf<
      Effect.Effect<Option.Option<Uint8Array>, PlatformError, RootDirectory.RootDirectory>
    >()
    expectTypeOf<{ readonly mode: "swap" }>().not.toExtend<Parameters<typeof RootDirectory.rename>[2]>()
  })

  it("a resolved path is a string, but a string is not a resolved path", () => {
    expectTypeOf<Place>().toExtend<string>()
    expectTypeOf<string>().not.toExtend<Place>()
    expectTypeOf<{ readonly missing: "all" }>().not.toExtend<Root.ResolveOptions>()
  })

  it("a policy is an option of layers with a file system, and not of roots", () => {
    type Containment = "clamp" | "reject" | "beneath" | undefined
    expectTypeOf<RootFileSystem.Options["containment"]>().toEqualTypeOf<Containment>()
    expectTypeOf<MemoryFileSystem.Options["containment"]>().toEqualTypeOf<Containment>()
    expectTypeOf<MemoryFileSystem.Options["maxSymlinks"]>().toEqualTypeOf<number | undefined>()
    expectTypeOf<keyof MemoryFileSystem.RootOptions>().toEqualTypeOf<"faults" | "limits" | "protected" | "user">()
    expectTypeOf(RootFileSystem.layerWith({ symlinks: "forbid" })).toEqualTypeOf(RootFileSystem.layer)
    expectTypeOf<NodeRootFileSystem.Options["containment"]>().toEqualTypeOf<Containment>()
    expectTypeOf<NodeRootFileSystem.Options["strategy"]>().toEqualTypeOf<"kernel" | "walk" | undefined>()
    expectTypeOf<Wormhole.FileSystemOptions>().toExtend<NodeRootFileSystem.Options>()
    expectTypeOf<{ readonly containment: "none" }>().not.toExtend<NodeRootFileSystem.Options>()
  })
})
