/** A directory of the host that is the root for one tree after the other. */
import * as Fs from "node:fs"
import { join } from "node:path"
import { DEPTH, fill, list, parent, state } from "../contract/disk.js"
import type { FileSpec, FileState } from "../contract/model.js"
import { outside } from "../contract/trees.js"

/** Sets the modes of directories so that their owner can remove them. */
const unlock = (directory: string): void => {
  Fs.chmodSync(directory, 0o700)
  for (const entry of Fs.readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) unlock(join(directory, entry.name))
  }
}

/** No text of a link is replaced with the path of the stage. */
const NOTHING = "\0"

export class Stage {
  readonly root: string
  readonly #temporary = Fs.mkdtempSync(join(parent, "procfsroot-sequences-"))
  #pipes: ReadonlyArray<number> = []

  constructor() {
    Fs.chmodSync(this.#temporary, 0o755)
    const base = join(this.#temporary, DEPTH)
    this.root = join(base, "root")
    Fs.mkdirSync(this.root, { recursive: true })
    Fs.mkdirSync(join(base, "outside"))
    fill(join(base, "outside"), NOTHING, outside)
  }

  /** Replaces the tree with another one. */
  set(tree: ReadonlyArray<FileSpec>): void {
    this.#clear()
    this.#pipes = fill(this.root, NOTHING, tree)
  }

  /** The current tree, with the root directory, and the files outside. */
  files(): ReadonlyArray<FileState> {
    return [
      state("/", this.root, Fs.lstatSync(this.root), NOTHING),
      ...list(this.root, "", NOTHING, ""),
      ...list(this.#temporary, "outside:", NOTHING, this.root)
    ]
  }

  dispose(): void {
    this.#clear()
    Fs.rmSync(this.#temporary, { recursive: true })
  }

  #clear(): void {
    for (const pipe of this.#pipes) Fs.closeSync(pipe)
    this.#pipes = []
    unlock(this.root)
    for (const name of Fs.readdirSync(this.root)) Fs.rmSync(join(this.root, name), { recursive: true })
  }
}
