/** Converts the arguments of Node's functions to those of the operations. */
import type { Flag } from "@procfsroot/vfs/FileSystem"
import type { AccessMode, OpenFlags } from "@procfsroot/vfs/InodeOperations"
import { fromFlag } from "@procfsroot/vfs/OpenFlags"
import { constants } from "./constants.js"
import { invalidType, invalidValue, outOfRange } from "./errors.js"
import { isA } from "./realms.js"

const { O_APPEND, O_CREAT, O_DIRECTORY, O_DSYNC, O_EXCL, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDWR, O_SYNC } = constants
const { O_TRUNC, O_WRONLY } = constants

const ACCESS_MODE = O_WRONLY | O_RDWR

/** `O_NONBLOCK` and `O_NOCTTY` are allowed, but make no difference: every file is opened with them. */
const KNOWN = ACCESS_MODE | O_CREAT | O_EXCL | O_TRUNC | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_DIRECTORY |
  O_DSYNC | O_SYNC

const synced = (flag: Flag): OpenFlags => ({ ...fromFlag(flag), sync: "all" })

/** The flags as text, some of which Node also takes in another order. */
const texts: ReadonlyMap<unknown, Flag | OpenFlags> = new Map<string, Flag | OpenFlags>([
  ["r", "r"],
  ["r+", "r+"],
  ["w", "w"],
  ["wx", "wx"],
  ["xw", "wx"],
  ["w+", "w+"],
  ["wx+", "wx+"],
  ["xw+", "wx+"],
  ["a", "a"],
  ["ax", "ax"],
  ["xa", "ax"],
  ["a+", "a+"],
  ["ax+", "ax+"],
  ["xa+", "ax+"],
  ...["rs", "sr"].map((text) => [text, synced("r")] as const),
  ...["rs+", "sr+"].map((text) => [text, synced("r+")] as const),
  ...["as", "sa"].map((text) => [text, synced("a")] as const),
  ...["as+", "sa+"].map((text) => [text, synced("a+")] as const)
])

/** @internal */
export interface Opening {
  readonly flag: Flag | OpenFlags
  readonly noFollow: boolean
}

const invalidFlags = (flags: unknown): TypeError =>
  invalidValue("ERR_INVALID_ARG_VALUE", `The argument 'flags' is invalid: ${String(flags)}`)

/** O_SYNC contains O_DSYNC (`build_open_flags` in `fs/open.c`). */
const syncOf = (flags: number): Pick<OpenFlags, "sync"> => {
  if ((flags & O_SYNC & ~O_DSYNC) !== 0) return { sync: "all" }
  return (flags & O_DSYNC) === 0 ? {} : { sync: "data" }
}

const fromNumber = (flags: number): Opening => {
  // The operators on bits would drop the rest of a larger number.
  if ((flags | 0) !== flags) throw outOfRange("flags", flags)
  const mode = flags & ACCESS_MODE
  const write = mode !== 0
  // O_RDONLY with O_TRUNC is unspecified (`open(2)`).
  if ((flags & ~KNOWN) !== 0 || mode === ACCESS_MODE || ((flags & O_TRUNC) !== 0 && !write)) throw invalidFlags(flags)
  const has = (flag: number): boolean => (flags & flag) !== 0
  return {
    flag: {
      read: mode !== O_WRONLY,
      write,
      append: has(O_APPEND),
      create: has(O_CREAT),
      exclusive: has(O_EXCL),
      truncate: has(O_TRUNC),
      directory: has(O_DIRECTORY),
      ...syncOf(flags)
    },
    noFollow: has(O_NOFOLLOW)
  }
}

/** @internal */
export const openingOf = (flags: string | number | null | undefined, otherwise: Flag): Opening => {
  if (typeof flags === "number") return fromNumber(flags)
  const flag = texts.get(flags ?? otherwise)
  if (flag === undefined) throw invalidFlags(flags)
  return { flag, noFollow: false }
}

/**
 * The mode of a new file, without the bits of the umask.
 *
 * @internal
 */
export const FILE_MODE = 0o666

/**
 * Permission bits; text is octal. Without `otherwise`, there have to be some.
 *
 * @internal
 */
export const modeOf = (mode: number | string | null | undefined, otherwise?: number): number => {
  const bits = mode ?? otherwise
  if (typeof bits === "number") return bits
  if (typeof bits !== "string") throw invalidType("mode", "a number or an octal string")
  if (!/^[0-7]+$/.test(bits)) throw invalidValue("ERR_INVALID_ARG_VALUE", `The argument 'mode' is invalid: ${bits}`)
  return Number.parseInt(bits, 8)
}

/**
 * The length to which a file is truncated.
 *
 * @internal
 */
export const lengthOf = (length: unknown): number => {
  if (typeof length !== "number") throw invalidType("len", "of type number")
  return length
}

/**
 * Throws `ERR_OUT_OF_RANGE` for what is not an offset.
 *
 * @internal
 */
export const checkOffset = (from: number): void => {
  if (!Number.isSafeInteger(from) || from < 0) throw outOfRange("from", from)
}

/**
 * The id of a user or a group.
 *
 * @internal
 */
export const idOf = (id: unknown, name: "gid" | "uid"): number => {
  if (typeof id !== "number") throw invalidType(name, "of type number")
  return id
}

/**
 * A time in seconds since the epoch, or a date.
 *
 * @internal
 */
export const timeOf = (time: unknown): Date | number => {
  if (typeof time === "number" || isA("Date", time)) return time as Date | number
  const seconds = typeof time === "string" && time.trim() !== "" ? Number(time) : Number.NaN
  if (Number.isNaN(seconds)) throw invalidType("time", "a Date or a time in seconds")
  // Only a negative number means now, a negative text does not (`toUnixTimestamp` in `lib/internal/fs/utils.js`).
  return seconds < 0 ? new Date(seconds * 1_000) : seconds
}

/**
 * A bigint is a time in nanoseconds, which Node does not take.
 *
 * @internal
 */
export const exactTimeOf = (time: unknown): Date | number | bigint => typeof time === "bigint" ? time : timeOf(time)

/**
 * Three bits: the mode of `access` or of `copyFile`.
 *
 * @internal
 */
export const bitsOf = (mode: unknown): number => {
  if (mode === undefined || mode === null) return 0
  if (typeof mode !== "number") throw invalidType("mode", "of type number")
  if (!(mode >= 0 && mode <= 7)) throw outOfRange("mode", mode)
  return mode
}

/** @internal */
export const accessModeOf = (mode: unknown): AccessMode => {
  const bits = bitsOf(mode)
  return {
    readable: (bits & constants.R_OK) !== 0,
    writable: (bits & constants.W_OK) !== 0,
    executable: (bits & constants.X_OK) !== 0
  }
}

/**
 * Checks whether written data is synced.
 *
 * @internal
 */
export const checkFlush = (flush: unknown): void => {
  if (typeof (flush ?? false) !== "boolean") throw invalidType("options.flush", "of type boolean")
}

/**
 * Refuses a value that is not a signal, and throws the reason of a signal that is already aborted.
 *
 * @internal
 */
export const checkSignal = (signal: AbortSignal | undefined): void => {
  if (signal === undefined) return
  if (typeof signal !== "object" || signal === null || !("aborted" in signal)) {
    throw invalidType("options.signal", "an AbortSignal")
  }
  if (signal.aborted) throw signal.reason
}

/**
 * Copies options, and checks those that are true or false, so that no other value is taken for one of them. As in Node,
 * inherited options do not count, and a getter is called only once.
 *
 * @internal
 */
export const withBooleans = <A extends object>(options: A, ...names: ReadonlyArray<string>): A => {
  if (typeof options !== "object" || options === null) throw invalidType("options", "of type object")
  // Without a prototype, so that a property of `Object.prototype` is not taken for an option.
  const own: A = Object.assign(Object.create(null), options)
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && typeof value !== "boolean" && names.includes(name)) {
      throw invalidType(`options.${name}`, "of type boolean")
    }
  }
  return own
}

/** @internal */
export type Callback = (...args: ReadonlyArray<unknown>) => void

/** @internal */
export const callbackOf = (value: unknown, name: string): Callback => {
  if (typeof value !== "function") throw invalidType(name, "of type function")
  return value as Callback // the caller passes what it takes
}

/**
 * The arguments before the callback, and the callback. It is the last function: as in Node, a wrapper that always passes
 * all arguments can leave it in the place of the options. `otherwise` is the callback if there is none.
 *
 * @internal
 */
export const splitCallback = (
  args: ReadonlyArray<unknown>,
  otherwise?: Callback
): readonly [before: ReadonlyArray<unknown>, callback: Callback] => {
  const at = args.findLastIndex((arg) => typeof arg === "function")
  return at === -1 ? [args, callbackOf(otherwise, "cb")] : [args.slice(0, at), callbackOf(args[at], "cb")]
}
