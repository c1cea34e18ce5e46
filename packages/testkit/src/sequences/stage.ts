/** A directory of the host in which one tree after the other is a root. */
import * as Fs from "node:fs"
import { join } from "node:path"
import { DEPTH, fill, list, parent, state } from "../contract/disk.js"
import type { FileSpec, FileState } from "../contract/model.js"
import { outside } from "../contract/trees.js"

/** As the owner of a directory, lets the cleanup remove it. */
const unlock = (directory: string): void => {
  Fs.chmodSync(directory, 0o700)
  for (const entry of Fs.readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) unlock(join(directory, entry.name))
  }
}

/** No text of a link stands for the stage's own path. */
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

  /** Makes a tree where the one before it was. */
  set(tree: ReadonlyArray<FileSpec>): void {
    this.#clear()
    this.#pipes = fill(this.root, NOTHING, tree)
  }

  /** The tree as it is, the root's own directory, and what lies outside. */
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
