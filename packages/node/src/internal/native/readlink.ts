/** Reads the text of a link: `readlinkat(2)`. */
import { fromNode } from "../pathBytes.js"
import type { Library } from "./library.js"

const PATH_MAX = 4096

/**
 * The function returns the text of the link at `path`, and `undefined` if it cannot be read completely.
 *
 * @internal
 */
export const bindReadlink = ({ allocate, declare, long }: Library) => {
  const readlinkat = declare("readlinkat", "int", "text", "memory", "long")
  const most = long(PATH_MAX)
  const { bytes, pointer } = allocate(PATH_MAX)
  const text = Buffer.from(bytes)
  /** The length of the text, or a negative number. */
  const read = (directory: number, path: string): number => readlinkat(directory, path, pointer, most)
  return {
    read,
    readlink: (directory: number, path: string): string | undefined => {
      const length = read(directory, path)
      if (length < 0 || length === PATH_MAX) return undefined
      return fromNode(text.toString("utf8", 0, length), () => text.subarray(0, length))
    }
  }
}
