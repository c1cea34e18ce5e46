/** Where a path leads for a program that knows no root: the directory's name, the path behind it, and `open`. */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { closeSync, constants, fstatSync, openSync, readlinkSync } from "node:fs"

/** `asked` is what such a program opens. It gets a file, known to the host as `opened`, or an error. */
export type WithoutRoot =
  & { readonly asked: string }
  & (
    | { readonly opened: string; /** It is the file that was found inside the root. */ readonly same: boolean }
    | { readonly code: string }
  )

/** Not among Node's constants; the file itself is not opened, no device or fifo is touched (`open(2)`). */
const O_PATH = 0o10000000

const look = <A>(path: string, flags: number, use: (fd: number) => A): A => {
  const fd = openSync(Buffer.from(SurrogateEscape.encode(path) ?? path), O_PATH | flags)
  try {
    return use(fd)
  } finally {
    closeSync(fd)
  }
}

const identity = (fd: number): string => {
  const { dev, ino } = fstatSync(fd, { bigint: true })
  return `${dev}:${ino}`
}

/** An answer has no link left in it but the last, which is the answer itself where it was kept. */
const identityOf = (answer: string | undefined): string | undefined => {
  if (answer === undefined) return undefined
  try {
    return look(answer, constants.O_NOFOLLOW, identity)
  } catch {
    return undefined // the answer names no file: a missing tail
  }
}

/** `answer` is the host's path of what was found inside the root. */
export const withoutRoot = (root: string, path: string, keepLast: boolean, answer: string | undefined): WithoutRoot => {
  const asked = `${root.replace(/\/+$/, "")}/${path.replace(/^\/+/, "")}`
  try {
    return look(asked, keepLast ? constants.O_NOFOLLOW : 0, (fd) => ({
      asked,
      opened: SurrogateEscape.decode(readlinkSync(`/proc/self/fd/${fd}`, "buffer")),
      same: identity(fd) === identityOf(answer)
    }))
  } catch (error) {
    return { asked, code: error instanceof Error && "code" in error ? String(error.code) : "UNKNOWN" }
  }
}
