/** Creates trees that are so deep that their paths are longer than a path may be. */
import { type Temporary, temporary } from "@procfsroot/testkit/temporary"
import { execFileSync } from "node:child_process"
import { mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs"

export interface Deep extends Temporary {
  /** The inode numbers of the directories, from the top. */
  readonly inodes: ReadonlyArray<number>
}

/**
 * Creates `levels` nested directories called `name`, with a `file` in the last one. At the top, and then on each level
 * that is a multiple of `every`, a link `down` leads to the level of the next link.
 */
export const deep = (name: string, levels: number, { every }: { readonly every: number }): Deep => {
  const directory = temporary()
  const before = process.cwd()
  const inodes: Array<number> = []
  try {
    process.chdir(directory.path)
    for (let level = 0; level < levels; level++) {
      if (level % every === 0) symlinkSync(Array.from({ length: every }, () => name).join("/"), "down")
      mkdirSync(name)
      process.chdir(name)
      inodes.push(statSync(".").ino)
    }
    writeFileSync("file", "")
  } finally {
    process.chdir(before)
  }
  const remove = () => {
    // Node's own removal uses paths, which would be too long.
    execFileSync("rm", ["-rf", directory.path])
  }
  return { path: directory.path, inodes, [Symbol.dispose]: remove }
}
