/**
 * The errors of system calls, with the numbers of Linux. The messages are those of libuv, as in Node. For errors that
 * libuv does not know, they are those of `strerror(3)`.
 */
import type { BadArgument, Detail, Errno, Unresolved, WriteZero } from "../Errno.js"
import type { Program } from "../Program.js"

const table = {
  E2BIG: [7, "argument list too long"],
  EACCES: [13, "permission denied"],
  EAGAIN: [11, "resource temporarily unavailable"],
  EBADF: [9, "bad file descriptor"],
  EBADMSG: [74, "bad message"],
  EBUSY: [16, "resource busy or locked"],
  ECANCELED: [125, "operation canceled"],
  ECONNABORTED: [103, "software caused connection abort"],
  ECONNREFUSED: [111, "connection refused"],
  ECONNRESET: [104, "connection reset by peer"],
  EDQUOT: [122, "disk quota exceeded"],
  EEXIST: [17, "file already exists"],
  EFBIG: [27, "file too large"],
  EHOSTDOWN: [112, "host is down"],
  EHOSTUNREACH: [113, "host is unreachable"],
  EILSEQ: [84, "illegal byte sequence"],
  EINTR: [4, "interrupted system call"],
  EINVAL: [22, "invalid argument"],
  EIO: [5, "i/o error"],
  EISDIR: [21, "illegal operation on a directory"],
  ELOOP: [40, "too many symbolic links encountered"],
  EMFILE: [24, "too many open files"],
  EMLINK: [31, "too many links"],
  ENAMETOOLONG: [36, "name too long"],
  ENETDOWN: [100, "network is down"],
  ENETUNREACH: [101, "network is unreachable"],
  ENFILE: [23, "file table overflow"],
  ENOBUFS: [105, "no buffer space available"],
  ENODATA: [61, "no data available"],
  ENODEV: [19, "no such device"],
  ENOENT: [2, "no such file or directory"],
  ENOKEY: [126, "required key not available"],
  ENOMEM: [12, "not enough memory"],
  ENOSPC: [28, "no space left on device"],
  ENOSYS: [38, "function not implemented"],
  ENOTCONN: [107, "socket is not connected"],
  ENOTDIR: [20, "not a directory"],
  ENOTEMPTY: [39, "directory not empty"],
  ENOTSUP: [95, "operation not supported on socket"],
  ENXIO: [6, "no such device or address"],
  EOVERFLOW: [75, "value too large for defined data type"],
  EPERM: [1, "operation not permitted"],
  EPIPE: [32, "broken pipe"],
  EPROTO: [71, "protocol error"],
  ERANGE: [34, "result too large"],
  EREMOTEIO: [121, "remote I/O error"],
  EROFS: [30, "read-only file system"],
  ESHUTDOWN: [108, "cannot send after transport endpoint shutdown"],
  ESPIPE: [29, "invalid seek"],
  ESRCH: [3, "no such process"],
  ESTALE: [116, "stale file handle"],
  ETIMEDOUT: [110, "connection timed out"],
  ETXTBSY: [26, "text file is busy"],
  EUCLEAN: [117, "structure needs cleaning"],
  EXDEV: [18, "cross-device link not permitted"]
} as const

/** @internal */
export type Code = keyof typeof table

/** This is not an `Error`, because recording a stack would take longer than most operations. */
class Thrown implements Errno {
  readonly _tag = "Errno"
  readonly code: string
  readonly cause: unknown
  readonly unresolved: Unresolved | undefined
  readonly detail: Detail | undefined
  // `calling` sets these, since it knows the system call and its paths.
  syscall: string | undefined = undefined
  paths: ReadonlyArray<string> = []

  constructor(
    code: string,
    { cause, detail, unresolved }: Partial<Pick<Errno, "cause" | "detail" | "unresolved">> = {}
  ) {
    this.code = code
    this.cause = cause
    this.unresolved = unresolved
    this.detail = detail
  }
}

/** @internal */
export const isErrno = (thrown: unknown): thrown is Errno => thrown instanceof Thrown

/** @internal */
export const isCode = (code: string): code is Code => Object.hasOwn(table, code)

/**
 * What ENOTSUP means for a file.
 *
 * @internal
 */
export const UNSUPPORTED = "the file system does not support it, or it needs native calls"

/**
 * What an errno means, for a sentence. A watch fails with ENOSPC if the user has too many (`inotify_add_watch(2)`): Node
 * says this too. Node's text for ENOTSUP is about sockets; the only function of Node that fails so with files is `copyFile`.
 *
 * @internal
 */
export const meaningOf = (code: string, syscall?: string): string | undefined => {
  if (code === "ENOSPC" && syscall === "watch") return "System limit for number of file watchers reached"
  if (code === "ENOTSUP" && syscall !== "copyfile") return UNSUPPORTED
  return isCode(code) ? table[code][1] : undefined
}

/**
 * The errors that must be reported without a cause.
 *
 * @internal
 */
export const causeless = new WeakSet<Errno>()

/** @internal */
export const make = (code: string, cause?: unknown): Errno => new Thrown(code, { cause })

/** @internal */
export const fail = (code: Code): never => {
  throw new Thrown(code)
}

/**
 * Fails with a code, as this system call.
 *
 * @internal
 */
export const failIn = (syscall: string, paths: ReadonlyArray<string>, code: Code): never => {
  throw named(new Thrown(code), syscall, paths)
}

const names: ReadonlyMap<number, string> = new Map(Object.entries(table).map(([name, [number]]) => [number, name]))

/** @internal */
export const codeOf = ({ code, errno }: { readonly code: string; readonly errno?: unknown }): string => {
  if (!code.startsWith("U")) return code
  const number = code === "UNKNOWN" ? errno : /^Unknown system error (-\d+)$/.exec(code)?.[1]
  return names.get(-Number(number)) ?? code
}

/** @internal */
export const hasCode = (value: unknown): value is { readonly code: string; readonly errno?: unknown } =>
  typeof value === "object" && value !== null && "code" in value && typeof value.code === "string"

/**
 * Returns the code of the cause of a failed lookup. The cause is an `Errno`, or the system's own error.
 *
 * @internal
 */
export const codeOfCause = (cause: unknown): string => hasCode(cause) ? codeOf(cause) : "EIO"

/**
 * Creates the failure of a path that did not resolve.
 *
 * @internal
 */
export const unresolved = (code: string, unresolved: Unresolved, cause?: unknown): Errno =>
  new Thrown(code, { unresolved, cause })

/** Node's own codes for what it refuses before any system call, with the errnos they correspond to. */
const refusals = {
  ERR_FS_CP_DIR_TO_NON_DIR: ["EISDIR", "Cannot overwrite non-directory with directory"],
  ERR_FS_CP_EEXIST: ["EEXIST", "Target already exists"],
  ERR_FS_CP_EINVAL: ["EINVAL", "Invalid src or dest"],
  ERR_FS_CP_FIFO_PIPE: ["EINVAL", "Cannot copy a FIFO pipe"],
  ERR_FS_CP_NON_DIR_TO_DIR: ["ENOTDIR", "Cannot overwrite directory with non-directory"],
  ERR_FS_CP_SOCKET: ["EINVAL", "Cannot copy a socket file"],
  ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY: ["EINVAL", "Cannot overwrite symlink in subdirectory of self"],
  ERR_FS_CP_UNKNOWN: ["EINVAL", "Cannot copy an unknown file type"],
  ERR_FS_EISDIR: ["EISDIR", "Path is a directory"],
  ERR_FS_FILE_TOO_LARGE: ["EFBIG", "File too large"]
} as const satisfies Readonly<Record<string, readonly [errno: Code, heading: string]>>

type Refusal = keyof typeof refusals

/**
 * Fails with one of Node's own codes.
 *
 * @internal
 */
export const refuse = (code: Refusal, reason: string): never => {
  const [errno, heading] = refusals[code]
  throw new Thrown(errno, { detail: { code, heading, reason } })
}

const isRefusal = (code: string): code is Refusal => Object.hasOwn(refusals, code)

/** @internal */
export const fromNodeCode = (code: string): string | undefined => isRefusal(code) ? refusals[code][0] : undefined

/**
 * Runs one system call. If it fails without the name of a system call, the failure gets this name and these paths.
 *
 * @internal
 */
export const calling = <A>(syscall: string, paths: ReadonlyArray<string>, run: () => A): A => {
  try {
    return run()
  } catch (thrown) {
    throw named(thrown, syscall, paths)
  }
}

/** @internal */
export const named = (thrown: unknown, syscall: string, paths: ReadonlyArray<string>): unknown => {
  if (thrown instanceof Thrown && thrown.syscall === undefined) {
    thrown.syscall = syscall
    thrown.paths = paths
  }
  return thrown
}

/**
 * Like `calling`, for a program.
 *
 * @internal
 */
export function* namedIn<A>(syscall: string, paths: ReadonlyArray<string>, program: Program<A>): Program<A> {
  try {
    return yield* program
  } catch (thrown) {
    throw named(thrown, syscall, paths)
  }
}

/**
 * Runs a program, and ignores if it fails with an errno: after an earlier failure, that one is reported.
 *
 * @internal
 */
export function* quietly(program: Program<void>): Program<void> {
  try {
    yield* program
  } catch (thrown) {
    if (!isErrno(thrown)) throw thrown
  }
}

/**
 * Runs one system call, and returns a failure with one of `codes` instead of throwing it.
 *
 * @internal
 */
export const expecting = <A>(codes: ReadonlyArray<string>, run: () => A): A | Errno => {
  try {
    return run()
  } catch (thrown) {
    if (thrown instanceof Thrown && codes.includes(thrown.code)) return thrown
    throw thrown
  }
}

class NothingWritten implements WriteZero {
  readonly _tag = "WriteZero"
}

/** @internal */
export const isWriteZero = (thrown: unknown): thrown is WriteZero => thrown instanceof NothingWritten

/** @internal */
export const writeZero = (): never => {
  throw new NothingWritten()
}

class Refused implements BadArgument {
  readonly _tag = "BadArgument"
  readonly code: BadArgument["code"]
  readonly message: string
  constructor(code: BadArgument["code"], message: string) {
    this.code = code
    this.message = message
  }
}

/** @internal */
export const isBadArgument = (thrown: unknown): thrown is BadArgument => thrown instanceof Refused

/** @internal */
export const badArgument = (code: BadArgument["code"], message: string): never => {
  throw new Refused(code, message)
}

/** @internal */
export const fromFields = (fields: Errno | BadArgument | WriteZero): Errno | BadArgument | WriteZero => {
  switch (fields._tag) {
    case "Errno": {
      const { code, paths, syscall } = fields
      return Object.assign(new Thrown(code, fields), { syscall, paths })
    }
    case "BadArgument":
      return new Refused(fields.code, fields.message)
    case "WriteZero":
      return new NothingWritten()
  }
}

/** The fields of Node's `ErrnoException`. */
interface Fields {
  errno?: number
  code?: string
  syscall?: string
  path?: string
  dest?: string
}

/**
 * Creates an error of the class that Node uses, since `console.log` prints the name of the class. Its fields have the
 * same order as in Node.
 */
const errorWith = (
  message: string,
  code: string,
  errno: number,
  syscall: string,
  [path, dest]: ReadonlyArray<string>
): Error => {
  const error: Error & Fields = code === "ERR_FS_FILE_TOO_LARGE" ? new RangeError(message) : new Error(message)
  error.errno = errno
  error.code = code
  error.syscall = syscall
  if (path !== undefined) error.path = path
  if (dest !== undefined) error.dest = dest
  return error
}

/** @internal */
export const toError = (failure: BadArgument | Errno): Error =>
  failure._tag === "Errno" ? errnoToError(failure) : badArgumentToError(failure)

/** @internal */
export const withCause = <E extends Error>(error: E, value: unknown): E =>
  Object.defineProperty(error, "cause", { value, configurable: true, writable: true })

const badArgumentToError = ({ code, message }: BadArgument): Error =>
  Object.assign(code === "ERR_OUT_OF_RANGE" ? new RangeError(message) : new TypeError(message), { code })

/** A code that is not an errno. */
const otherCode = (code: string): string =>
  code === "ERR_ACCESS_DENIED" ? "forbidden by Node's permission model" : "unknown error"

const errnoToError = ({ code, detail, paths, syscall = "unknown" }: Errno): Error => {
  const number = isCode(code) ? table[code][0] : 0
  if (detail !== undefined) {
    const shown = paths[0] === undefined ? "" : ` ${paths[0]}`
    const message = `${detail.heading}: ${syscall} returned ${code} (${detail.reason})${shown}`
    return errorWith(message, detail.code, number, syscall, paths)
  }
  const quoted = paths.map((text) => `'${text}'`).join(" -> ")
  const sentence = meaningOf(code, syscall) ?? otherCode(code)
  const message = `${code}: ${sentence}, ${syscall}${quoted === "" ? "" : ` ${quoted}`}`
  return errorWith(message, code, -number, syscall, paths)
}
