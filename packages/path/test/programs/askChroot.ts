/** Run by root, with questions as JSON on its standard input. Prints which file each path leads to in a real chroot. */
import { enter, leave } from "@procfsroot/testkit/chroot"
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs"

export interface Asked {
  readonly directory: string
  readonly from: string
  readonly paths: ReadonlyArray<string>
}

const O_PATH = 0o10000000

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : String(error)

/** Returns device and inode, or the errno. */
const answer = (from: string, path: string): string => {
  try {
    process.chdir("/")
    // An empty path never depends on the working directory: `getname_flags` refuses it first.
    if (path !== "" && !path.startsWith("/")) process.chdir(from)
    const fd = openSync(path, O_PATH)
    const { dev, ino } = fstatSync(fd, { bigint: true })
    closeSync(fd)
    return `${dev}:${ino}`
  } catch (error) {
    return codeOf(error)
  }
}

const asked = JSON.parse(readFileSync(0, "utf8")) as ReadonlyArray<Asked> // chroot.test.ts writes this
const answers = asked.map(({ directory, from, paths }) => {
  enter(directory, 0)
  const found = paths.map((path) => answer(from, path))
  leave()
  return found
})
process.stdout.write(JSON.stringify(answers))
