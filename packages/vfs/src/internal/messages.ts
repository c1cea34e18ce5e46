/** The texts of error messages. */
import { encode, isCanonical } from "@procfsroot/path/SurrogateEscape"
import type { ResolveFailure } from "../ResolveFailure.js"
import { meaningOf, UNSUPPORTED } from "./errno.js"

/**
 * Characters that could garble a terminal or be invisible in a message: controls, separators, bidirectional marks,
 * escapes, those that fonts can leave invisible (`DI`, such as U+3164, a blank letter), and those that are not
 * characters, which XML forbids (`NChar`, such as U+FFFF).
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}\p{NChar}"\\]/gu

/** @internal */
export const escape = (text: string): string =>
  text.replace(unprintable, (character) => {
    if (character === "\"" || character === "\\") return `\\${character}`
    if (character === "\n") return "\\n"
    return Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`
    ).join("")
  })

/** @internal */
export const quote = (text: string): string => `"${escape(text)}"`

/**
 * Shows a value that was refused: text in quotes, since "5" instead of 5 may be the mistake. Of an object, such as the
 * content of a file, it shows only what it is.
 *
 * @internal
 */
export const shown = (value: unknown): string => {
  if (typeof value === "string") return quote(value)
  const isObject = typeof value === "function" || (typeof value === "object" && value !== null)
  return isObject ? Object.prototype.toString.call(value) : String(value)
}

const loopOf = (cycle: ReadonlyArray<string>): string => [...cycle, ...cycle.slice(0, 1)].map(quote).join(" → ")

/** What errnos mean for files, if their usual text is about sockets. */
const ofFiles: ReadonlyMap<string, string> = new Map([
  ["ENOTCONN", "the server of the file system has ended"], // as in FUSE
  ["ENOTSUP", UNSUPPORTED]
])

/**
 * What an errno means for a file, or `undefined` if it is not known.
 *
 * @internal
 */
export const meaningForFiles = (code: string, syscall?: string): string | undefined =>
  ofFiles.get(code) ?? meaningOf(code, syscall)

const failed = (what: string, code: string): string => {
  const meaning = meaningForFiles(code)
  return meaning === undefined ? `${what} failed` : `${what} failed: ${meaning}`
}

const why = (failure: ResolveFailure): string => {
  const at = quote(failure.at)
  switch (failure._tag) {
    case "PathNotFound":
      return failure.path === "" ? "an empty path names nothing" : `there is no ${at} in it`
    case "NotADirectory":
      return `${at} is not a directory, but the path continues after it`
    case "SymlinkLoop":
      return `its links form a loop, ${loopOf(failure.cycle)}`
    case "TooManySymlinks":
      return `it leads through more than ${failure.limit} ${
        failure.limit === 1 ? "link" : "links"
      }, the last one at ${at}; ` +
        "allow more if you trust the tree"
    case "SymlinkForbidden":
      return failure.by === "policy"
        ? `${at} is a symbolic link, and links are forbidden`
        : `${at} is a symbolic link on a mount with the option nosymfollow`
    case "EscapesRoot": {
      const who = failure.via === undefined ? "it" : `the link ${quote(failure.via)}`
      return `${who} leads out of the root; the containment "clamp" would keep it inside`
    }
    case "CrossesMount":
      return failure.known
        ? `${at} is on another mount than the root, and mounts are forbidden`
        : `mounts are forbidden, and this kind of root cannot tell whether ${at} is one; use a root that holds descriptors`
    case "MagicLink":
      return `${at} is a magic link of procfs, which leads out of any root`
    case "AccessDenied":
      return `you have no permission to look up ${at}; that requires search permission for every directory before it`
    case "NameTooLong":
      return "a name can have at most 255 bytes, and a path at most 4,095"
    case "InvalidPath": {
      if (failure.code === "EINVAL") return "it contains a NUL character"
      if (encode(failure.path) === undefined) return "it contains an unpaired surrogate that cannot be part of a name"
      return isCanonical(failure.path)
        ? `${at}, or the target of a link there, is not UTF-8, and this file system supports only names in UTF-8`
        : "it contains escaped bytes that are a character in UTF-8; use the character itself"
    }
    case "RootClosed":
      return "the root has been closed; use it only while it is open"
    case "LookupFailed":
      return failed(`looking up ${at}`, failure.code)
  }
}

/** @internal */
export const unresolved = (failure: ResolveFailure): string =>
  `${quote(failure.path)} cannot be resolved in the root ${quote(failure.root)}: ${why(failure)} (${failure.code}).`

/** Whether the text names something of a process. It only decides about a piece of advice. */
const isOfProcess = (root: string): boolean => /^\/+proc\/+[^/]/.test(root)

const whyUnavailable = (root: string, code: string): string => {
  switch (code) {
    case "ENOENT":
      return "it does not exist"
    case "ENOTDIR":
      return "it is not a directory"
    case "EACCES":
    case "EPERM":
      return "you have no permission to open it; that requires search permission for every directory before it" +
        (isOfProcess(root)
          ? ", and permission to trace the process if it belongs to another user (CAP_SYS_PTRACE)"
          : "")
    case "EMFILE":
    case "ENFILE":
      return "too many files are open; close some, or raise the limit (ulimit -n)"
    case "ERR_ACCESS_DENIED":
      return "Node's permission model forbids opening it; allow it with --allow-fs-read"
    default:
      return failed("opening it", code)
  }
}

/** @internal */
export const unavailable = (root: string, code: string, reason = whyUnavailable(root, code)): string =>
  `The root ${quote(root)} cannot be used: ${reason} (${code}).`

/** @internal */
export const invalidTree = (path: string, why: string): string =>
  `The tree's entry ${quote(path)} cannot be created: ${why}.`
