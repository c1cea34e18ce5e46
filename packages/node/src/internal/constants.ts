/** Linux flags and numbers that `node:fs` does not define (`include/uapi/asm-generic/fcntl.h`, `linux/magic.h`). */
import { constants } from "node:fs"

/** @internal */
export const O_PATH = 0o10000000
/** @internal */
export const O_CLOEXEC = 0o2000000
/** @internal */
export const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY, S_IFDIR, S_IFLNK, S_IFMT } = constants

/** @internal */
export const PROC_SUPER_MAGIC = 0x9fa0

/** @internal */
export const FUSE_SUPER_MAGIC = 0x65735546

/**
 * Where the kernel shows this process its own descriptors. A path through it works like `openat`.
 *
 * @internal
 */
export const SELF_FD = "/proc/self/fd"

/** @internal */
export const descriptorPath = (fd: number): string => `${SELF_FD}/${fd}`
