/** Makes trees that are deeper than the longest path. */
import { closeSync, mkdirSync, openSync, writeFileSync } from "node:fs"

/** How many directories one call creates. */
const STEP = 100

interface Names {
  readonly each?: string
  readonly file?: string
}

/** Creates directories with the same name, one inside the other, and a file in the last one. */
export const makeDeep = (directory: string, depth: number, { each = "d", file = "f" }: Names = {}): void => {
  const fds: Array<number> = []
  let place = directory
  for (let made = 0; made < depth; made += STEP) {
    const below = `${place}/${`${each}/`.repeat(STEP)}`
    mkdirSync(below, { recursive: true })
    const fd = openSync(below, "r")
    fds.push(fd)
    place = `/proc/self/fd/${fd}`
  }
  writeFileSync(`${place}/${file}`, "deep")
  for (const fd of fds) closeSync(fd)
}
