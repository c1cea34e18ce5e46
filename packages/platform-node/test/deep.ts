/** Trees that are deeper than a path may be long. */
import { type Temporary, temporary } from "@procfsroot/testkit/temporary"
import { execFileSync } from "node:child_process"
import { mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs"

export interface Deep extends Temporary {
  /** The directories' inode numbers, from the top. */
  readonly inodes: ReadonlyArray<number>
}

/**
 * `levels` directories called `name`, one in the other; at the top and then `every` so many levels a link `down` leads to
 * where the next one is, and at the bottom is a `file`.
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
    // Node's own removal goes by paths, and they would be too long.
    execFileSync("rm", ["-rf", directory.path])
  }
  return { path: directory.path, inodes, [Symbol.dispose]: remove }
}
