/** Passes names that are not UTF-8 to libc. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import type { Library } from "./library.js"

/** In bytes, with the NUL at the end; a longer name is refused before it is used. */
const LONGEST = 4096

/**
 * Returns a function that writes the bytes of a name to memory, and returns the pointer to it. The next call uses the
 * same memory.
 *
 * @internal
 */
export const bindOddName = ({ allocate }: Library): (name: string) => unknown => {
  const { bytes, pointer } = allocate(LONGEST)
  const memory = new Uint8Array(bytes)
  return (name) => {
    const encoded = SurrogateEscape.encode(name)
    if (encoded === undefined) throw Errno.make("EILSEQ")
    if (encoded.length >= LONGEST) throw Errno.make("ENAMETOOLONG")
    memory.set(encoded)
    memory[encoded.length] = 0
    return pointer
  }
}
