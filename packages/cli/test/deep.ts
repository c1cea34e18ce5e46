/** Trees that are deeper than a path may be long. */
import { closeSync, mkdirSync, openSync, writeFileSync } from "node:fs"

/** Directories of the name `d`, each in the one before it, and a file `f` in the last one. */
export const makeDeep = (directory: string, depth: number): void => {
  const fds: Array<number> = []
  let place = directory
  for (let made = 0; made < depth; made += 500) {
    const below = `${place}/${"d/".repeat(500)}`
    mkdirSync(below, { recursive: true })
    const fd = openSync(below, "r")
    fds.push(fd)
    place = `/proc/self/fd/${fd}`
  }
  writeFileSync(`${place}/f`, "deep")
  for (const fd of fds) closeSync(fd)
}
