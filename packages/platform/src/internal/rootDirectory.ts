/** The accessors of the `RootDirectory` service. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Sink from "effect/Sink"
import * as Stream from "effect/Stream"
import type { RootDirectory } from "../RootDirectory.js"
// Imported so that Node's error names the right edition to users of Effect 4. Bundlers warn about unnamed imports.
import * as Either from "./needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/Either.js"

void Either

/** @internal */
export const tag = Context.GenericTag<RootDirectory>("@procfsroot/platform/RootDirectory")

/** Converts a method of the service to a function that gets the service from the context. */
const effectful = <Args extends ReadonlyArray<unknown>, A, E, R>(
  method: (directory: RootDirectory) => (...args: Args) => Effect.Effect<A, E, R>
) =>
(...args: Args): Effect.Effect<A, E, R | RootDirectory> =>
  Effect.flatMap(tag, (directory) => method(directory)(...args))

const streaming = <Args extends ReadonlyArray<unknown>, A, E>(
  method: (directory: RootDirectory) => (...args: Args) => Stream.Stream<A, E>
) =>
(...args: Args): Stream.Stream<A, E, RootDirectory> =>
  Stream.unwrap(Effect.map(tag, (directory) => method(directory)(...args)))

/** @internal */
export const stat = effectful((directory) => directory.stat)

/** @internal */
export const lstat = effectful((directory) => directory.lstat)

/** @internal */
export const readDirectoryEntries = effectful((directory) => directory.readDirectoryEntries)

/** @internal */
export const streamDirectoryEntries = streaming((directory) => directory.streamDirectoryEntries)

/** @internal */
export const lchown = effectful((directory) => directory.lchown)

/** @internal */
export const lutimes = effectful((directory) => directory.lutimes)

/** @internal */
export const getExtendedAttribute = effectful((directory) => directory.getExtendedAttribute)

/** @internal */
export const listExtendedAttributes = effectful((directory) => directory.listExtendedAttributes)

/** @internal */
export const setExtendedAttribute = effectful((directory) => directory.setExtendedAttribute)

/** @internal */
export const removeExtendedAttribute = effectful((directory) => directory.removeExtendedAttribute)

/** @internal */
export const makeNode = effectful((directory) => directory.makeNode)

/** @internal */
export const rename = effectful((directory) => directory.rename)

/** @internal */
export const writeFileAtomic = effectful((directory) => directory.writeFileAtomic)

/** @internal */
export const sinkAtomic = (...args: Parameters<RootDirectory["sinkAtomic"]>) =>
  Sink.unwrap(Effect.map(tag, (directory) => directory.sinkAtomic(...args)))

/** @internal */
export const readFileBounded = effectful((directory) => directory.readFileBounded)

/** @internal */
export const subRoot = effectful((directory) => directory.subRoot)

/** @internal */
export const walkTree = streaming((directory) => directory.walkTree)

/** @internal */
export const statfs = effectful((directory) => directory.statfs)

/** @internal */
export const openDescriptor = effectful((directory) => directory.openDescriptor)
