/**
 * Runs as root: `node protected.mjs <tree> <uid> <judge|ours>`. Makes calls as that user: with `judge`, with Node's own
 * file system in a chroot, and with `ours`, in every way in which a root can be used. Prints the results, and the paths
 * for which a `Root` and `openat2` have different results.
 */
import { FileSystem } from "@effect/platform/FileSystem"
import * as NodeFileSystem from "@procfsroot/testkit/nodeFileSystem"
import { KernelRoot } from "@procfsroot/testkit/kernel"
import * as Effect from "effect/Effect"
import koffi from "koffi"
import { readFileSync } from "node:fs"
import { layerWith } from "../../src/internal/nodeRootFileSystem.js"
import { load } from "../binding.js"
import { disagreements } from "../judge.js"
import { makeRoot, strategies } from "../strategies.js"

const [tree = "", uid = "0", who] = process.argv.slice(2)
const paths: ReadonlyArray<string> = JSON.parse(readFileSync(0, "utf8"))

const become = () => {
  process.setgroups?.([])
  process.setgid?.(Number(uid))
  process.setuid?.(Number(uid))
}

type Operation = (fs: FileSystem, path: string) => Effect.Effect<unknown, unknown>

const openAs = (flag: "r" | "r+" | "w+" | "a+"): Operation => (fs, path) =>
  Effect.scoped(Effect.asVoid(fs.open(path, { flag })))

/** On a fifo, only these operations do not wait for another process. */
const opening: Readonly<Record<string, Operation>> = { "r+": openAs("r+"), "w+": openAs("w+"), "a+": openAs("a+") }

/** Everything that is created is removed at once, so that each result depends only on the tree. */
const operations: Readonly<Record<string, Operation>> = {
  ...opening,
  r: openAs("r"),
  access: (fs, path) => fs.access(path),
  writeFile: (fs, path) => fs.writeFile(path, new Uint8Array(0)),
  readDirectory: (fs, path) => Effect.asVoid(fs.readDirectory(path)),
  readLink: (fs, path) => fs.readLink(path),
  stat: (fs, path) => Effect.map(fs.stat(path), ({ type }) => type),
  makeDirectory: (fs, path) =>
    Effect.zipRight(fs.makeDirectory(`${path}/new`), fs.remove(`${path}/new`, { recursive: true })),
  symlink: (fs, path) => Effect.zipRight(fs.symlink("x", `${path}/new`), fs.remove(`${path}/new`))
}

/** Removes a file that was created through a dangling link, so that the next result does not depend on it. */
const tidy = (fs: FileSystem) => Effect.ignore(fs.remove("/d/nowhere"))

const answers = (fs: FileSystem) =>
  Effect.forEach(
    paths,
    (path) =>
      Effect.forEach(Object.entries(path.includes("fifo") ? opening : operations), ([name, operation]) =>
        operation(fs, path).pipe(
          Effect.match({
            onFailure: (error) =>
              (error as { readonly cause?: { readonly code?: string } }).cause?.code ?? String(error),
            onSuccess: (answer) =>
              answer ?? "done"
          }),
          Effect.map((answer) => `${name} ${path}: ${String(answer)}`),
          Effect.zipLeft(tidy(fs))
        ))
  )

const judge = Effect.flatMap(FileSystem, (fs) => {
  process.chdir(tree)
  if (koffi.load(null).func("int chroot(str)")(".") !== 0) throw new Error(`chroot: errno ${koffi.errno()}`)
  process.chdir("/")
  become()
  return answers(fs)
}).pipe(Effect.provide(NodeFileSystem.layer))

const inRoots = Effect.forEach(strategies, (strategy) =>
  Effect.scoped(Effect.gen(function*() {
    using kernel = new KernelRoot(tree)
    const root = yield* makeRoot(tree, strategy)
    return { name: strategy.name, wrong: yield* disagreements(strategy, root, kernel, paths) }
  })))

const ours = Effect.suspend(() => {
  become()
  return Effect.all({
    roots: inRoots,
    fileSystems: Effect.forEach([load(), undefined], (openat2) =>
      Effect.flatMap(FileSystem, answers).pipe(
        Effect.provide(layerWith(tree, {}, openat2)),
        Effect.map((found) => ({ name: openat2 === undefined ? "walk" : "kernel", answers: found }))
      ))
  })
})

process.stdout.write(JSON.stringify(await Effect.runPromise<unknown, unknown>(who === "judge" ? judge : ours)))
