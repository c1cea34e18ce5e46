/** Reads the text of a link: `readlinkat(2)`. */
import { fromNode } from "../pathBytes.js"
import type { Library } from "./library.js"

const PATH_MAX = 4096

const NOTHING = new Uint8Array()

/**
 * `read` returns the length of the text of the link at `path`, or a negative number. `readlink` returns what follows
 * `prefix` in the text. It returns `undefined` if the text does not begin with `prefix`, or cannot be read completely.
 * Slicing a string instead would keep all of it in memory.
 *
 * @internal
 */
export const bindReadlink = ({ allocate, declare, long }: Library) => {
  const readlinkat = declare("readlinkat", "int", "text", "memory", "long")
  const most = long(PATH_MAX)
  const { bytes, pointer } = allocate(PATH_MAX)
  const text = Buffer.from(bytes)
  const read = (directory: number, path: string): number => readlinkat(directory, path, pointer, most)
  return {
    read,
    readlink: (directory: number, path: string, prefix: Uint8Array = NOTHING): string | undefined => {
      const end = read(directory, path)
      const start = prefix.length
      if (end < start || end === PATH_MAX) return undefined
      for (let i = 0; i < start; i++) if (text[i] !== prefix[i]) return undefined
      return fromNode(text.toString("utf8", start, end), () => text.subarray(start, end))
    }
  }
}
