/** The contestants, which resolve the lists of paths. */
import { realpathSync } from "node:fs"
import { realpath } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Node from "@procfsroot/node/Root"
import * as NodeRoot from "@procfsroot/platform-node/NodeRoot"
import type { ResolveError } from "@procfsroot/platform/ResolveError"
import * as Root from "@procfsroot/platform/Root"
import type { Call } from "@procfsroot/vfs/Program"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as external from "./external.js"
import { errnoNames, makeFloor, type Raw } from "./floor.js"
import * as processes from "./processes.js"
import type { Cost } from "./race.js"
import type { Twins } from "./twinTree.js"

/** Resolves all paths. Returns a function that reads the answers as paths or errnos, which is not timed. */
export type Run = (paths: ReadonlyArray<string>) => Promise<() => ReadonlyArray<string>>

export interface Contestant {
  readonly name: string
  readonly run: Run
  /** Only this many paths are used, since it is slow. */
  readonly slice?: number
  /** Creates the files that `run` removes, or removes those that it creates. This is not timed. */
  readonly prepare?: (paths: ReadonlyArray<string>) => Promise<void> | void
  /** The cost of the last `run`, if it ran in another process. */
  readonly cost?: () => Cost | undefined
}

export const names = {
  floor: "floor: koffi openat2+readlink+close",
  c: external.names.c,
  go: external.names.go,
  batch: "ours: resolveAll",
  kernel: "ours: resolve, kernel",
  walk: "ours: resolve, walk",
  kernelOff: "ours: kernel, off the main thread",
  kernelOffTogether: "ours: kernel, off the main thread, 16 at once",
  allOffTogether: "ours: every path in another thread, 16 at once",
  walkOff: "ours: walk, off the main thread",
  portable: "ours: Root.layer over NodeFileSystem",
  realpathSync: "fs.realpathSync",
  realpathNative: "fs.realpathSync.native",
  realpath: "fs.promises.realpath"
} as const

/** Contestants that are not timed at each length of a path, since they are too slow or too similar to others. */
export const slow: ReadonlySet<string> = new Set([
  names.batch,
  names.kernelOff,
  names.kernelOffTogether,
  names.allOffTogether,
  names.walkOff,
  names.portable,
  names.realpathNative,
  names.realpath
])

const floor = (root: string): Run => {
  const ask = makeFloor(root)
  const read = (answer: Raw) => typeof answer === "string" ? answer : errnoNames.get(-answer) ?? String(answer)
  return (paths) => {
    const answers = paths.map(ask)
    return Promise.resolve(() => answers.map(read))
  }
}

/** The path that `realpath` returned, without `twin`, or the errno that it threw. */
const readRealpath = (twin: string) => (answer: unknown): string =>
  typeof answer === "string"
    ? answer.slice(twin.length)
    : (answer as NodeJS.ErrnoException).code ?? "" // `node:fs` throws nothing else

const realpathBy = (twin: string, ask: (path: string) => string): Run => (paths) => {
  const answers: Array<unknown> = []
  for (const path of paths) {
    try {
      answers.push(ask(twin + path))
    } catch (error) {
      answers.push(error)
    }
  }
  return Promise.resolve(() => answers.map(readRealpath(twin)))
}

const realpathPromised = (twin: string): Run => async (paths) => {
  const answers: Array<unknown> = []
  for (const path of paths) {
    try {
      answers.push(await realpath(twin + path))
    } catch (error) {
      answers.push(error)
    }
  }
  return () => answers.map(readRealpath(twin))
}

type Answer = Either.Either<string, ResolveError>

const read = Either.match({ onLeft: ({ code }: ResolveError): string => code, onRight: (path: string) => path })

const runEffect = (answers: Effect.Effect<ReadonlyArray<Answer>>) =>
  Effect.runPromise(Effect.map(answers, (known) => () => known.map(read)))

/** Resolves one path after the other, in one effect. */
const resolveEach = (root: Root.Root): Run => (paths) =>
  runEffect(Effect.gen(function*() {
    const answers: Array<Answer> = []
    for (const path of paths) answers.push(yield* Effect.either(root.resolve(path)))
    return answers
  }))

/** Resolves `concurrency` paths at the same time, each in a fiber. */
export const resolveTogether = (root: Root.Root, concurrency: number): Run => (paths) =>
  runEffect(Effect.forEach(paths, (path) => Effect.either(root.resolve(path)), { concurrency }))

const inThread = <A>(call: Call<A>): Effect.Effect<A> =>
  Effect.async((resume) => {
    const giveUp = call.begin((answer) =>
      resume("error" in answer ? Effect.die(answer.error) : Effect.succeed(answer.value))
    )
    return Effect.sync(() => giveUp?.())
  })

/** Resolves every path in another thread, as if the kernel had nothing in its caches. */
const allOffThread = (place: string): Effect.Effect<Root.Root, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(Effect.sync(() => Node.open(place)), (handle) => Effect.sync(() => handle.close())),
    (handle) => {
      const threads = Node.offThread(handle)
      return Root.make({
        path: place,
        walk: (path, policy) => inThread(threads.walk(path, policy)),
        resolve: (path, policy) =>
          Effect.flatMap(
            inThread(threads.resolve(path, policy)),
            (answer) => typeof answer === "string" ? Effect.succeed(answer) : Root.fromOutcome(place, path, answer)
          )
      })
    }
  )

const resolveAll = (root: Root.Root): Run => (paths) => runEffect(root.resolveAll(paths))

type Open = (tree: Twins) => Effect.Effect<Run, unknown, Scope.Scope>

const opened = (options?: NodeRoot.Options): Open => ({ root }) => Effect.map(NodeRoot.make(root, options), resolveEach)

const portable: Open = ({ root }) =>
  Effect.map(Effect.provide(Root.Root, Layer.provide(Root.layer(root), NodeFileSystem.layer)), resolveEach)

/** The contestants in Node. Each runs in its own process (`contestantChild.ts`). */
const inNode = {
  [names.floor]: ({ root }) => Effect.sync(() => floor(root)),
  [names.batch]: ({ root }) => Effect.map(NodeRoot.make(root), resolveAll),
  [names.kernel]: opened(),
  [names.walk]: opened({ strategy: "walk" }),
  [names.kernelOff]: opened({ offMainThread: true }),
  [names.kernelOffTogether]: ({ root }) =>
    Effect.map(NodeRoot.make(root, { offMainThread: true }), (root) => resolveTogether(root, 16)),
  [names.allOffTogether]: ({ root }) => Effect.map(allOffThread(root), (root) => resolveTogether(root, 16)),
  [names.walkOff]: opened({ strategy: "walk", offMainThread: true }),
  [names.portable]: portable,
  [names.realpathSync]: ({ twin }) => Effect.sync(() => realpathBy(twin, (path) => realpathSync(path))),
  [names.realpathNative]: ({ twin }) => Effect.sync(() => realpathBy(twin, (path) => realpathSync.native(path))),
  [names.realpath]: ({ twin }) => Effect.sync(() => realpathPromised(twin))
} as const satisfies Readonly<Record<string, Open>>

export type InNode = keyof typeof inNode

/** How many paths the slow ones get. */
const slices: ReadonlyMap<string, number> = new Map([
  [names.kernelOff, 1_000],
  [names.walkOff, 250],
  [names.portable, 250],
  [names.realpath, 2_000]
])

/** Opens a contestant on a tree, in this process. Its roots stay open as long as the scope. */
export const open = (name: InNode, tree: Twins): Effect.Effect<Run, unknown, Scope.Scope> => inNode[name](tree)

const child = fileURLToPath(new URL("./contestantChild.js", import.meta.url))

const programFor = ({ root, twin }: Twins) => (name: string): processes.Program => ({
  name,
  command: process.execPath,
  args: ["--expose-gc", child, name, root, twin]
})

/** All contestants on one tree. Their processes run until the scope closes. */
const allOn = (
  tree: Twins,
  built: ReadonlyArray<external.Built>
): Effect.Effect<ReadonlyArray<Contestant>, never, Scope.Scope> => {
  const programs = [...Object.keys(inNode).map(programFor(tree)), ...built.map(external.programFor(tree.root))]
  return Effect.map(processes.make(programs), (contestants) =>
    contestants.map((contestant) => {
      const slice = slices.get(contestant.name)
      return slice === undefined ? contestant : { ...contestant, slice }
    }))
}

/** Runs all contestants on a tree, while they are used. */
export type WithContestants = <A>(tree: Twins, use: (all: ReadonlyArray<Contestant>) => Promise<A>) => Promise<A>

/** Also runs the programs that were built. */
export const withContestants = (built: ReadonlyArray<external.Built>): WithContestants => (tree, use) =>
  Effect.runPromise(Effect.scoped(Effect.flatMap(allOn(tree, built), (all) => Effect.promise(() => use(all)))))
