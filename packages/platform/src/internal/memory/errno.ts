/** The errors of system calls, with the numbers of Linux and the sentences of libuv, which Node shows. */

const table = {
  EACCES: [13, "permission denied"],
  EAGAIN: [11, "resource temporarily unavailable"],
  EBADF: [9, "bad file descriptor"],
  EBUSY: [16, "resource busy or locked"],
  EDQUOT: [122, "disk quota exceeded"],
  EEXIST: [17, "file already exists"],
  EFBIG: [27, "file too large"],
  EILSEQ: [84, "illegal byte sequence"],
  EINTR: [4, "interrupted system call"],
  EINVAL: [22, "invalid argument"],
  EIO: [5, "i/o error"],
  EISDIR: [21, "illegal operation on a directory"],
  ELOOP: [40, "too many symbolic links encountered"],
  EMFILE: [24, "too many open files"],
  EMLINK: [31, "too many links"],
  ENAMETOOLONG: [36, "name too long"],
  ENFILE: [23, "file table overflow"],
  ENODEV: [19, "no such device"],
  ENOENT: [2, "no such file or directory"],
  ENOMEM: [12, "not enough memory"],
  ENOSPC: [28, "no space left on device"],
  ENOTDIR: [20, "not a directory"],
  ENOTEMPTY: [39, "directory not empty"],
  ENXIO: [6, "no such device or address"],
  EPERM: [1, "operation not permitted"],
  EROFS: [30, "read-only file system"],
  ESPIPE: [29, "invalid seek"],
  ESTALE: [116, "stale file handle"],
  ETIMEDOUT: [110, "connection timed out"],
  ETXTBSY: [26, "text file is busy"],
  EXDEV: [18, "cross-device link not permitted"]
} as const

/** @internal */
export type Errno = keyof typeof table

/**
 * A system call's failure, thrown inside the fake and caught where an operation ends; it becomes an `Error` only when
 * somebody is to see it.
 *
 * @internal
 */
export class Failure {
  readonly code: Errno
  /** What the call is named in the error, and the paths it was given; filled in by `calling`. */
  syscall: string | undefined = undefined
  paths: ReadonlyArray<string> = []
  /** Node's own checks before and between system calls have codes of their own. */
  readonly node: { readonly code: string; readonly prefix: string; readonly why: string } | undefined
  constructor(code: Errno, node?: Failure["node"]) {
    this.code = code
    this.node = node
  }
}

/** @internal */
export const fail = (code: Errno): never => {
  throw new Failure(code)
}

/**
 * Runs one system call; a failure without a name gets this one.
 *
 * @internal
 */
export const calling = <A>(syscall: string, paths: ReadonlyArray<string>, run: () => A): A => {
  try {
    return run()
  } catch (failure) {
    if (failure instanceof Failure && failure.syscall === undefined) {
      failure.syscall = syscall
      failure.paths = paths
    }
    throw failure
  }
}

/**
 * Runs one system call and keeps a failure with one of `codes` as an answer.
 *
 * @internal
 */
export const expecting = <A>(codes: ReadonlyArray<Errno>, run: () => A): A | Failure => {
  try {
    return run()
  } catch (failure) {
    if (failure instanceof Failure && codes.includes(failure.code)) return failure
    throw failure
  }
}

/** What Node's `ErrnoException` has. */
class ErrnoError extends Error {
  readonly code: string
  readonly errno: number
  readonly syscall: string
  constructor(message: string, code: string, errno: number, syscall: string) {
    super(message)
    this.code = code
    this.errno = errno
    this.syscall = syscall
  }
}

/**
 * The error as Node makes it, with `code`, `errno`, `syscall`, and `path` and `dest` where there are any.
 *
 * @internal
 */
export const toError = ({ code, node, paths, syscall = "unknown" }: Failure): Error => {
  const [number, sentence] = table[code]
  const [path, dest] = paths
  const places = { ...(path === undefined ? {} : { path }), ...(dest === undefined ? {} : { dest }) }
  if (node !== undefined) {
    const message = `${node.prefix}: ${syscall} returned ${code} (${node.why}) ${path}`
    return Object.assign(new ErrnoError(message, node.code, number, syscall), places)
  }
  const quoted = paths.map((text) => `'${text}'`).join(" -> ")
  const message = `${code}: ${sentence}, ${syscall}${quoted === "" ? "" : ` ${quoted}`}`
  return Object.assign(new ErrnoError(message, code, -number, syscall), places)
}
