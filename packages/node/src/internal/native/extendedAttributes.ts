/**
 * Reads and changes extended attributes with libc's functions. Those that take a descriptor refuse an O_PATH descriptor.
 * So the path `/proc/self/fd/<n>` is passed, which leads to the file itself, even if the file is a link.
 */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import * as Errno from "@procfsroot/vfs/Errno"
import type { ExtendedAttributes } from "@procfsroot/vfs/InodeOperations"
import { constants } from "node:os"
import { descriptorPath } from "../constants.js"
import { fromNode } from "../pathBytes.js"
import { checked, restarted } from "./failure.js"
import type { Library } from "./library.js"

const { ENODATA, ERANGE } = constants.errno

/** `XATTR_SIZE_MAX` and `XATTR_LIST_MAX` in `include/uapi/linux/limits.h`. */
const MAX_SIZE = 65_536

/** One byte more than a name can have (`XATTR_NAME_MAX`): the kernel refuses such a name, whatever comes after it. */
const TOO_LONG = 256

/**
 * Most values and lists are smaller. The kernel allocates, and for values also clears, as much memory as the caller has
 * room for (`fs/xattr.c`), which takes longer than the rest of the call.
 */
const USUAL_SIZE = 1_024

const none: ReadonlyArray<string> = []

/** @internal */
export const bindExtendedAttributes = (
  { allocate, declare, errno, long }: Library
): ExtendedAttributes<number> => {
  const getxattr = declare("getxattr", "text", "memory", "memory", "long")
  const listxattr = declare("listxattr", "text", "memory", "long")
  const setxattr = declare("setxattr", "text", "memory", "memory", "long", "int")
  const removexattr = declare("removexattr", "text", "memory")

  /**
   * Shared by all calls, since there is only one call at a time: allocating and clearing a buffer costs more
   * than a call.
   */
  const memory = allocate(MAX_SIZE)
  const { pointer } = memory
  const buffer = Buffer.from(memory.bytes)
  const usual = long(USUAL_SIZE)
  const most = long(MAX_SIZE)

  /** Calls once more with all the room if the usual one is too small. Returns a negated errno if it fails. */
  const read = (call: (room: unknown) => number): number => {
    const length = restarted(() => call(usual), errno)
    return length === -ERANGE ? restarted(() => call(most), errno) : length
  }

  const nameMemory = allocate(TOO_LONG + 1)
  const nameBytes = new Uint8Array(nameMemory.bytes)

  /** Not passed as text, since a name can be any bytes without a NUL. */
  const nameOf = (name: string): unknown => {
    const bytes = SurrogateEscape.encode(name)
    if (bytes === undefined) throw Errno.make("EILSEQ")
    nameBytes.set(bytes.subarray(0, TOO_LONG))
    nameBytes[Math.min(bytes.length, TOO_LONG)] = 0
    return nameMemory.pointer
  }

  return {
    get: (fd, name) => {
      const [file, named] = [descriptorPath(fd), nameOf(name)]
      const length = read((room) => getxattr(file, named, pointer, room))
      return length === -ENODATA ? undefined : Uint8Array.from(buffer.subarray(0, checked(length)))
    },
    list: (fd) => {
      const file = descriptorPath(fd)
      const length = checked(read((room) => listxattr(file, pointer, room)))
      if (length === 0) return none
      const bytes = buffer.subarray(0, length)
      return fromNode(bytes.toString(), () => bytes).split("\0").slice(0, -1)
    },
    set: (fd, name, value) => {
      // The kernel refuses a longer value before it reads it.
      buffer.set(value.subarray(0, MAX_SIZE))
      const [file, named, length] = [descriptorPath(fd), nameOf(name), long(value.length)]
      checked(restarted(() => setxattr(file, named, pointer, length, 0), errno))
    },
    remove: (fd, name) => {
      const [file, named] = [descriptorPath(fd), nameOf(name)]
      checked(restarted(() => removexattr(file, named), errno))
    }
  }
}
