/**
 * Finds out where a path leads in a program without procfsroot, which opens the name of the root directory with the
 * path appended.
 */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { codeOf } from "./failure.js"
import { identityOf } from "./identity.js"
import { bytesOf } from "./output.js"
import { closeSync, constants, fstatSync, openSync, readlinkSync } from "node:fs"

/** `asked` is the path that such a program opens. The result is a file, whose host path is `opened`, or an error. */
export type WithoutRoot =
  & { readonly asked: string }
  & (
    | { readonly opened: string; /** Whether it is the file found inside the root. */ readonly same: boolean }
    | { readonly code: string }
  )

/**
 * Missing from Node's constants. With O_PATH the file itself is not opened, so a device or fifo is not affected
 * (`open(2)`).
 */
export const O_PATH = 0o10000000

const look = <A>(path: string, flags: number, use: (fd: number) => A): A => {
  const fd = openSync(Buffer.from(bytesOf(path)), O_PATH | flags)
  try {
    return use(fd)
  } finally {
    closeSync(fd)
  }
}

const identity = (fd: number): string => identityOf(fstatSync(fd, { bigint: true }))

/** Opens a resolved path, which contains no link, except as the last component if that was kept. */
const identityOfAnswer = (answer: string | undefined): string | undefined => {
  if (answer === undefined) return undefined
  try {
    return look(answer, constants.O_NOFOLLOW, identity)
  } catch (error) {
    const code = codeOf(error)
    if (code === "ENOENT" || code === "ENOTDIR") return undefined // its tail is missing
    throw error
  }
}

/** `answer` is the host path of what was found inside the root. */
export const withoutRoot = (root: string, path: string, keepLast: boolean, answer: string | undefined): WithoutRoot => {
  const asked = `${root.replace(/\/+$/, "")}/${path.replace(/^\/+/, "")}`
  try {
    return look(asked, keepLast ? constants.O_NOFOLLOW : 0, (fd) => ({
      asked,
      opened: SurrogateEscape.decode(readlinkSync(`/proc/self/fd/${fd}`, "buffer")),
      same: identity(fd) === identityOfAnswer(answer)
    }))
  } catch (error) {
    return { asked, code: codeOf(error) ?? "UNKNOWN" }
  }
}
