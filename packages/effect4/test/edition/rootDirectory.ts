/** A `RootDirectory` of Effect 4 with promises and plain data. */
import type { Root } from "@procfsroot/effect4/Root"
import type { RootDirectory } from "@procfsroot/effect4/RootDirectory"
import type { OpenFileSystem, PlainRootDirectory } from "@procfsroot/testkit/edition"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"
import { run, runScoped } from "./run.js"

const collect = <A>(
  stream: () => Stream.Stream<A, PlatformError>,
  take: number | undefined,
  signal?: AbortSignal
): Promise<ReadonlyArray<A>> => {
  const taken = () => take === undefined ? stream() : Stream.take(stream(), take)
  return run(() => Stream.runCollect(taken()), signal)
}

/** Converts a directory. Its methods require no services. */
export const plainRootDirectory = (
  directory: RootDirectory["Service"],
  inside: (services: Context.Context<FileSystem | Root | RootDirectory>) => Omit<OpenFileSystem, "close">
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
