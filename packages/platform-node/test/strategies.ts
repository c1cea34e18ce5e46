/** Every way in which a `NodeRoot` can resolve paths. All of them must have the same results. */
import { constants } from "node:os"
import { Root as RootTag } from "@procfsroot/platform/Root"
import { openRoot } from "@procfsroot/testkit/effect3/open"
import * as way from "@procfsroot/testkit/ways"
import type { ResolveError } from "@procfsroot/platform/ResolveError"
import type { ResolveOptions, Root } from "@procfsroot/platform/Root"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { makeWith } from "../src/internal/nodeRoot.js"
import type { Openat2 } from "../../node/src/internal/native/openat2.js"
import { load } from "./binding.js"

export type Answer = { readonly ok: string } | { readonly errno: string }

export interface Strategy {
  readonly name: string
  readonly openat2: Openat2 | undefined
  readonly offMainThread?: boolean
  readonly ask?: (
    root: Root,
    paths: ReadonlyArray<string>,
    options: ResolveOptions
  ) => Effect.Effect<ReadonlyArray<Result>>
  /** The same for a plain root. */
  readonly plainly?: way.Ask
}

type Result = Either.Either<string, ResolveError>

const openat2 = load()

const failing = (errno: number): Openat2 | undefined => openat2 && { ...openat2, open: () => -errno }

/** Every call fails, as in a sandbox that does not know any of them. */
const refusing = (errno: number): Openat2 | undefined => {
  const refused = failing(errno)
  return refused &&
    {
      ...refused,
      lstat: () => errno,
      readlink: () => undefined,
      identify: () => undefined,
      isAt: () => false,
      mountAt: () => undefined
    }
}

/** Every third call fails, as on a machine on which files are renamed. */
const flaky = (errno: number): Openat2 | undefined => {
  let calls = 0
  return openat2 && {
    ...openat2,
    open: (directory, call) => ++calls % 3 === 0 ? -errno : openat2.open(directory, call)
  }
}

const { EAGAIN, ENOSYS, EPERM } = constants.errno

export const strategies: ReadonlyArray<Strategy> = [
  { name: "kernel", openat2 },
  { name: "walk", openat2: undefined },
  { name: "kernel, off the main thread", openat2, offMainThread: true },
  { name: "walk, off the main thread", openat2: undefined, offMainThread: true },
  { name: "ENOSYS", openat2: failing(ENOSYS) },
  { name: "EPERM", openat2: failing(EPERM) },
  { name: "EPERM from every call", openat2: refusing(EPERM) },
  { name: "EPERM now and then", openat2: flaky(EPERM) },
  { name: "EAGAIN", openat2: failing(EAGAIN) },
  { name: "EAGAIN now and then", openat2: flaky(EAGAIN) },
  { name: "batch", openat2, ask: (root, paths, options) => root.resolveAll(paths, options), plainly: way.batch },
  {
    name: "batch that forgets",
    openat2,
    ask: (root, paths, options) => root.resolveAll(paths, { ...options, maxRemembered: 3 }),
    plainly: way.forgetfulBatch
  },
  {
    name: "batch, off the main thread",
    openat2,
    offMainThread: true,
    ask: (root, paths, options) => root.resolveAll(paths, options),
    plainly: way.batch
  },
  {
    name: "stream",
    openat2,
    ask: (root, paths, options) =>
      Effect.map(
        Stream.runCollect(root.resolveStream(Stream.fromIterable(paths).pipe(Stream.rechunk(7)), options)),
        (chunk) => Array.from(chunk)
      ),
    plainly: way.stream
  }
]

export const makeRoot = (path: string, { offMainThread = false, openat2 }: Strategy) =>
  makeWith(path, { offMainThread }, openat2)

/** The same ways, in the form that the shared suites use. */
export const ways: ReadonlyArray<way.RootWay> = strategies.map((strategy) => ({
  name: strategy.name,
  open: (path) => openRoot(Layer.scoped(RootTag, makeRoot(path, strategy)), RootTag),
  ask: strategy.plainly ?? way.oneByOne
}))

const one = (root: Root, paths: ReadonlyArray<string>, options: ResolveOptions) =>
  Effect.forEach(paths, (path) => Effect.either(root.resolve(path, options)))

export const ask = (strategy: Strategy, root: Root, paths: ReadonlyArray<string>, options: ResolveOptions) =>
  Effect.map(
    (strategy.ask ?? one)(root, paths, options),
    (results) =>
      results.map(Either.match({ onLeft: ({ code }): Answer => ({ errno: code }), onRight: (ok): Answer => ({ ok }) }))
  )
