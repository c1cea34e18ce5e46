/** System calls that Node does not offer: `openat2(2)`, and calls that are relative to a descriptor. */
import { constants } from "node:os"
import { O_CLOEXEC, O_PATH } from "../constants.js"
import type { Stat } from "../walk/lookup.js"
import type { SystemCalls } from "../systemCalls.js"
import type { Library } from "./library.js"
import { bindReadlink } from "./readlink.js"
import { AS_LSTAT, AT_EMPTY_PATH, type PlaceIdentity, statxBuffer } from "./statx.js"
import { bindSystemCalls } from "./systemCalls.js"

/**
 * `RESOLVE_*` of `include/uapi/linux/openat2.h`.
 *
 * @internal
 */
export const Resolve = {
  noXdev: 0x01,
  noMagicLinks: 0x02,
  noSymlinks: 0x04,
  beneath: 0x08,
  inRoot: 0x10,
  cached: 0x20
} as const

/** Larger than every combination of these flags. */
const ALL_RESOLVE = 0x40

/** The bits that a mode can have: `openat2` refuses others, which `open` ignores. */
const MODES = 0o7777

/**
 * One call of `openat2(2)`. A negative result is a negated errno.
 *
 * @internal
 */
export interface Call {
  readonly path: string
  /** O_NOFOLLOW or 0. */
  readonly flags: number
  /** Flags for how the file is opened; by default O_PATH. */
  readonly access?: number | undefined
  /** The permissions of a new file, with O_CREAT. */
  readonly mode?: number | undefined
  readonly resolve: number
}

/** @internal */
export interface Openat2 {
  readonly open: (directory: number, call: Call) => number
  /** What is at `path`, or the errno. A link in the last component is not followed. */
  readonly lstat: (directory: number, path: string) => Stat | number
  /** 0 if a file that is not a link is at `path`, ELOOP if a link is, or the errno. Costs less than `lstat`. */
  readonly probe: (directory: number, path: string) => number
  /**
   * The text of the link `name` in `directory`, without `prefix`. `undefined` if the text does not begin with `prefix`,
   * or cannot be read completely.
   */
  readonly readlink: (directory: number, name: string, prefix?: Uint8Array) => string | undefined
  /** The mount and inode of a directory. `undefined` if the kernel has no mount ids. */
  readonly identify: (directory: number) => PlaceIdentity | undefined
  /** Whether the directory at `path`, which may be relative to `directory`, has this identity. Links are not followed. */
  readonly isAt: (directory: number, path: string, identity: PlaceIdentity) => boolean
  /**
   * The mount of what is at `path`, or of the descriptor itself if the path is empty; a link is not followed.
   * `undefined` if nothing is there, or the kernel has no mount ids.
   */
  readonly mountAt: (directory: number, path: string) => bigint | undefined
  readonly close: (fd: number) => void
  /** Ends the process at once (`_exit(2)`), without waiting for its threads as `process.exit` does. */
  readonly exit: (code: number) => void
  /** The system calls for the file system. */
  readonly calls: SystemCalls
}

const { EINVAL, ELOOP } = constants.errno

/** The same number on every architecture (`include/uapi/asm-generic/unistd.h`). */
const SYS_OPENAT2 = 437
const HOW_SIZE = 24

/** A `struct open_how`: three 64-bit numbers, flags, mode and resolve. */
const openHow = ({ allocate }: Library, { access = O_PATH, flags, mode = 0, resolve }: Call): unknown => {
  const { bytes, pointer } = allocate(HOW_SIZE)
  new BigUint64Array(bytes).set([BigInt(access | flags | O_CLOEXEC), BigInt(mode & MODES), BigInt(resolve)])
  return pointer
}

/** @internal */
export const bind = (library: Library): Openat2 => {
  const { declare, errno, long } = library
  const syscall = declare("syscall", "long", "int", "text", "memory", "long")
  const { read, readlink } = bindReadlink(library)
  const statx = declare("statx", "int", "text", "int", "int", "memory")
  const close = declare("close", "int")
  const exit = declare("_exit", "int")
  const number = long(SYS_OPENAT2)
  const size = long(HOW_SIZE)
  // Arrays indexed by `resolve`, a small number. A map would compute a hash for each call.
  const following: Array<unknown> = []
  const keeping: Array<unknown> = []
  const opening = new Map<number, unknown>()
  const howToOpen = (call: Call, access: number): unknown => {
    const { flags, mode = 0, resolve } = call
    const key = ((access | flags) * ALL_RESOLVE + resolve) * (MODES + 1) + (mode & MODES)
    const known = opening.get(key)
    if (known !== undefined) return known
    const made = openHow(library, call)
    opening.set(key, made)
    return made
  }
  const how = (call: Call): unknown =>
    call.access === undefined
      ? (call.flags === 0 ? following : keeping)[call.resolve] ??= openHow(library, call)
      : howToOpen(call, call.access)
  const found = statxBuffer(library)
  return {
    lstat: (directory, path) =>
      statx(directory, path, AS_LSTAT, found.lookupMask, found.pointer) === 0 ? found.lookup() : errno(),
    open: (directory, call) => {
      const fd = syscall(number, directory, call.path, how(call), size)
      return fd < 0 ? -errno() : fd
    },
    probe: (directory, path) => {
      if (read(directory, path) >= 0) return ELOOP
      const code = errno()
      // It has no text, since it is not a link.
      return code === EINVAL ? 0 : code
    },
    readlink,
    identify: (directory) =>
      statx(directory, "", AS_LSTAT | AT_EMPTY_PATH, found.mountMask, found.pointer) === 0 ? found.place() : undefined,
    isAt: (directory, path, identity) =>
      statx(directory, path, AS_LSTAT, found.mountMask, found.pointer) === 0 && found.isPlace(identity),
    mountAt: (directory, path) =>
      statx(directory, path, AS_LSTAT | AT_EMPTY_PATH, found.mountMask, found.pointer) === 0
        ? found.mount()
        : undefined,
    // Costs a third of `closeSync`. An O_PATH descriptor has nothing to write back, so nothing can fail.
    close: (fd) => close(fd),
    exit: (code) => exit(code),
    calls: bindSystemCalls(library)
  }
}
