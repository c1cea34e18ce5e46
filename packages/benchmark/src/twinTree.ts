/**
 * Creates the same tree twice. `realpath` has no roots, so an absolute link would lead it out of the tree. Therefore it
 * uses a twin of the tree, in which absolute links begin with the path of the twin, and so does each of its answers.
 */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import type { Random } from "./random.js"

export interface Twins {
  readonly root: string
  readonly twin: string
}

export class TwinTree implements Twins {
  readonly root: string
  readonly twin: string
  readonly #taken = new Set<string>()

  constructor(place: string) {
    this.root = `${place}/root`
    this.twin = `${place}/twin`
    for (const path of [this.root, this.twin]) mkdirSync(path, { recursive: true })
  }

  has(path: string): boolean {
    return this.#taken.has(path)
  }

  directory(path: string): string {
    return this.#make(path, (place) => mkdirSync(place))
  }

  file(path: string): string {
    return this.#make(path, (place) => writeFileSync(place, `content of ${path}\n`))
  }

  link(path: string, target: string): string {
    return this.#make(
      path,
      (place, tree) => symlinkSync(target.startsWith("/") && tree === this.twin ? tree + target : target, place)
    )
  }

  #make(path: string, make: (place: string, tree: string) => void): string {
    this.#taken.add(path)
    for (const tree of [this.root, this.twin]) make(tree + path, tree)
    return path
  }
}

/** A path in `directory` that is not used yet. */
export const freePath = (tree: TwinTree, random: Random, directory: string): string => {
  const path = `${directory}/${random.name()}`
  return tree.has(path) ? freePath(tree, random, directory) : path
}

export interface Grown {
  readonly directories: ReadonlyArray<string>
  readonly files: ReadonlyArray<string>
}

export interface Growth {
  /** Existing directories in which the tree grows. */
  readonly under: ReadonlyArray<string>
  readonly directories: number
  readonly files: number
  /** The maximum number of components of a path. */
  readonly deepest: number
}

const depthOf = (path: string): number => path.split("/").length - 1

/** Adds directories, each inside an existing one, and then files. The depths vary as in a real tree. */
export const grow = (tree: TwinTree, random: Random, { deepest, directories, files, under }: Growth): Grown => {
  const open = [...under]
  const grown: Array<string> = []
  while (grown.length < directories) {
    const path = tree.directory(freePath(tree, random, random.pick(open)))
    grown.push(path)
    if (depthOf(path) < deepest - 1) open.push(path)
  }
  const made = Array.from({ length: files }, () => tree.file(freePath(tree, random, random.pick(open))))
  return { directories: grown, files: made }
}
