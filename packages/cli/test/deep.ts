/** Trees that are deeper than a path may be long. */
import { closeSync, mkdirSync, openSync, writeFileSync } from "node:fs"

/** How many directories one call makes. */
const STEP = 100

interface Names {
  readonly each?: string
  readonly file?: string
}

/** Directories with the same name, each in the one before it, and a file in the last one. */
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
