/** The file systems of this edition, each over a tree of its own. */
import { layer as nodeFileSystem } from "@effect/platform-node-shared/NodeFileSystem"
import * as MemoryFileSystem from "@procfsroot/effect4/MemoryFileSystem"
import * as Root from "@procfsroot/effect4/Root"
import * as RootFileSystem from "@procfsroot/effect4/RootFileSystem"
import { load } from "@procfsroot/node/Native"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { layerWith } from "../src/node/internal/nodeRootFileSystem.js"

/** Maps each path to the content of a file, the target of a link, or `undefined` for a directory. */
export type Tree = Readonly<Record<string, string | { readonly link: string } | undefined>>

const make = (directory: string, tree: Tree): void => {
  for (const [path, what] of Object.entries(tree)) {
    const place = directory + path
    mkdirSync(dirname(place), { recursive: true })
    if (what === undefined) mkdirSync(place, { recursive: true })
    else if (typeof what === "string") writeFileSync(place, what)
    else symlinkSync(what.link, place)
  }
}

/** Creates the tree in a temporary directory, and uses its directory `/root` as the root. */
const onDisk = <A>(tree: Tree, layer: (directory: string) => Layer.Layer<A, unknown>): Layer.Layer<A, unknown> =>
  Layer.unwrap(Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => temporary()),
      (made) => Effect.sync(() => made[Symbol.dispose]())
    ),
    ({ path }) => {
      make(path, { ...tree, "/root/tmp": undefined })
      return layer(`${path}/root`)
    }
  ))

const inRoot = (tree: Tree): Tree =>
  Object.fromEntries(Object.entries(tree).map(([path, what]) => [`/root${path}`, what]))

const inMemory = (tree: Tree) =>
  MemoryFileSystem.layer({
    "/tmp": MemoryFileSystem.directory(),
    ...Object.fromEntries(
      Object.entries(tree).map(([path, what]) => [
        path,
        what === undefined
          ? MemoryFileSystem.directory()
          : typeof what === "string"
          ? what
          : MemoryFileSystem.link(what.link)
      ])
    )
  })

const overNode = (directory: string) => {
  const root = Root.layer(directory).pipe(Layer.provide(nodeFileSystem))
  return RootFileSystem.layer.pipe(Layer.provide(nodeFileSystem), Layer.provideMerge(root))
}

/** Files beside each root on a disk. */
const beside: Tree = { "/outside/secret.txt": "secret" }

type Services = FileSystem | Root.Root

export const fileSystems: ReadonlyArray<
  readonly [name: string, layer: (tree: Tree) => Layer.Layer<Services, unknown>]
> = [
  ["MemoryFileSystem", inMemory],
  [
    "NodeRootFileSystem",
    (tree) => onDisk({ ...inRoot(tree), ...beside }, (directory) => layerWith(directory, {}, load().openat2))
  ],
  [
    "NodeRootFileSystem by the walk",
    (tree) => onDisk({ ...inRoot(tree), ...beside }, (directory) => layerWith(directory, {}, undefined))
  ],
  ["RootFileSystem", (tree) => onDisk({ ...inRoot(tree), ...beside }, overNode)]
]
