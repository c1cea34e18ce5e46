/** Adapts a `RootDirectory` of Effect 3 to promises and plain data. It describes its shape, like that of a `Root`. */
import type { PlatformError } from "@effect/platform/Error"
import * as Chunk from "effect/Chunk"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type * as Sink from "effect/Sink"
import * as Stream from "effect/Stream"
import type {
  OpenFileSystem,
  PlainEntryOfDirectory,
  PlainRootDirectory,
  PlainTreeEntry,
  SubRootOptions
} from "../edition.js"
import { run, runScoped } from "./run.js"

type Others =
  | "getExtendedAttribute"
  | "openDescriptor"
  | "sinkAtomic"
  | "streamDirectoryEntries"
  | "subRoot"
  | "walkTree"

/** The methods that only differ in effects instead of promises. */
type Alike = {
  readonly [M in Exclude<keyof PlainRootDirectory, Others>]: (
    ...args: Parameters<PlainRootDirectory[M]>
  ) => Effect.Effect<Awaited<ReturnType<PlainRootDirectory[M]>>, PlatformError>
}

/** The shape of a `RootDirectory` of Effect 3. Roots inside it have the services `S`. */
export interface RootDirectoryLike<S> extends Alike {
  readonly getExtendedAttribute: (
    ...args: Parameters<PlainRootDirectory["getExtendedAttribute"]>
  ) => Effect.Effect<Option.Option<Uint8Array>, PlatformError>
  readonly openDescriptor: (
    ...args: Parameters<PlainRootDirectory["openDescriptor"]>
  ) => Effect.Effect<number, PlatformError, Scope.Scope>
  readonly sinkAtomic: (
    path: string,
    options?: Parameters<PlainRootDirectory["sinkAtomic"]>[2]
  ) => Sink.Sink<void, Uint8Array, never, PlatformError>
  readonly streamDirectoryEntries: (path: string) => Stream.Stream<PlainEntryOfDirectory, PlatformError>
  readonly subRoot: (
    path: string,
    options?: SubRootOptions
  ) => Effect.Effect<Context.Context<S>, PlatformError, Scope.Scope>
  readonly walkTree: (
    path: string,
    options?: { readonly enter?: (directory: PlainTreeEntry) => boolean; readonly maxRemembered?: number }
  ) => Stream.Stream<PlainTreeEntry, PlatformError>
}

const collect = <A>(
  stream: () => Stream.Stream<A, PlatformError>,
  take: number | undefined,
  signal?: AbortSignal
): Promise<ReadonlyArray<A>> => {
  const taken = () => take === undefined ? stream() : Stream.take(stream(), take)
  return run(() => Effect.map(Stream.runCollect(taken()), Chunk.toReadonlyArray), signal)
}

/** Adapts a root directory. Its methods can be used without `this`. */
export const plainRootDirectory = <S>(
  directory: RootDirectoryLike<S>,
  inside: (services: Context.Context<S>) => Omit<OpenFileSystem, "close">
): PlainRootDirectory => ({
  getExtendedAttribute: (...args) =>
    run(() => Effect.map(directory.getExtendedAttribute(...args), Option.getOrUndefined)),
  lchown: (...args) => run(() => directory.lchown(...args)),
  listExtendedAttributes: (...args) => run(() => directory.listExtendedAttributes(...args)),
  lstat: (...args) => run(() => directory.lstat(...args)),
  lutimes: (...args) => run(() => directory.lutimes(...args)),
  makeNode: (...args) => run(() => directory.makeNode(...args)),
  openDescriptor: async (...args) => {
    const { close, value } = await runScoped(() => directory.openDescriptor(...args))
    return { fd: value, close }
  },
  readDirectoryEntries: (...args) => run(() => directory.readDirectoryEntries(...args)),
  readFileBounded: (...args) => run(() => directory.readFileBounded(...args)),
  removeExtendedAttribute: (...args) => run(() => directory.removeExtendedAttribute(...args)),
  rename: (...args) => run(() => directory.rename(...args)),
  setExtendedAttribute: (...args) => run(() => directory.setExtendedAttribute(...args)),
  sinkAtomic: (path, parts, options, signal) =>
    run(
      () => Stream.run(Stream.fromAsyncIterable(parts, (error) => error), directory.sinkAtomic(path, options)),
      signal
    ),
  stat: (...args) => run(() => directory.stat(...args)),
  statfs: (...args) => run(() => directory.statfs(...args)),
  streamDirectoryEntries: (path, take, signal) => collect(() => directory.streamDirectoryEntries(path), take, signal),
  subRoot: async (...args) => {
    const { close, value } = await runScoped(() => directory.subRoot(...args))
    return { ...inside(value), close }
  },
  walkTree: (path, { each = () => {}, take, ...options } = {}) =>
    collect(
      () =>
        Stream.mapEffect(
          directory.walkTree(path, options),
          (entry) => Effect.as(Effect.sync(() => each(entry)), entry)
        ),
      take
    ),
  writeFileAtomic: (...args) => run(() => directory.writeFileAtomic(...args))
})
