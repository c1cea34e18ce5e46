/** Looks up names in a file system that takes paths: the handle of a file is its path. */
import type { Policy } from "@procfsroot/path/Policy"
import * as Walk from "@procfsroot/path/Walk"
import type { Asking, HostFileSystem, Lookup, WalkNext } from "../../HostFileSystem.js"
import { isErrno, make } from "../errno.js"
import { attempt, Failure } from "./ask.js"

type Host = Pick<HostFileSystem, "readLink" | "stat">

type Entry = Exclude<Walk.Entry<string>, Walk.Fault>

/** The errno for a link's target or a name with bytes that a file system of strings cannot represent. */
const NOT_TEXT = "EILSEQ"

/** @internal */
export const notText: Walk.Fault = { _tag: "Fault", cause: { code: NOT_TEXT } }

/** Node replaces bytes that are not UTF-8 with this character, so two different targets can look the same. */
const REPLACEMENT = "\ufffd"

/**
 * Whether the file system returned the target without replacing any bytes.
 *
 * @internal
 */
export const isLossless = (target: string): boolean => target.isWellFormed() && !target.includes(REPLACEMENT)

const missing: Entry = { _tag: "Missing" }

const missingOr = (failure: Failure): Entry => {
  if (failure.code === "ENOENT") return missing
  throw failure
}

function* byStat(host: Host, handle: string): Asking<Entry> {
  const info = yield* attempt(host.stat(handle))
  if (info instanceof Failure) return missingOr(info)
  return { _tag: info.type === "Directory" ? "Directory" : "Other", handle }
}

/** Checks whether the directory may be searched. It is known to exist. */
function* searched(host: Host, handle: string): Asking<Entry> {
  const info = yield* attempt(host.stat(`${handle}/.`))
  if (info instanceof Failure) missingOr(info)
  return { _tag: "Directory", handle }
}

/**
 * Looks up a name without `lstat`, which `FileSystem` does not have: if `readLink` succeeds, the name is a link. If it
 * fails with EINVAL, `stat` returns what else it is. Errors of fakes can lack an errno; then `stat` decides between
 * "not a link" and "missing".
 *
 * @internal
 */
export function* entryAt(host: Host, directory: string, name: string): Asking<Entry> {
  const handle = `${directory}/${name}`
  if (!name.isWellFormed()) throw make(NOT_TEXT)
  if (name === ".") return yield* searched(host, directory)
  const target = yield* attempt(host.readLink(handle))
  if (typeof target === "string") {
    return { _tag: "SymbolicLink", target, handle, ...(isLossless(target) ? {} : { unreadable: notText }) }
  }
  const { code, errno } = target
  if (errno === "EINVAL") return yield* byStat(host, handle)
  if (errno !== undefined || code === "EACCES") return missingOr(target)
  const entry = yield* byStat(host, handle)
  return entry._tag === "Missing" ? missingOr(target) : entry
}

/** @internal */
export const lookup = (host: Host): Lookup =>
  function*({ directory, name }) {
    try {
      return yield* entryAt(host, directory.handle, name)
    } catch (thrown) {
      if (thrown instanceof Failure) return { _tag: "Fault", cause: thrown.error }
      if (isErrno(thrown)) return notText
      throw thrown
    }
  }

/** @internal */
export const caching = (lookup: Lookup, limit: number): Lookup => {
  const answers = new Map<string, Walk.Entry<string>>()
  return function*(request) {
    const place = `${request.directory.handle}/${request.name}`
    const cached = answers.get(place)
    if (cached !== undefined) return cached
    const entry = yield* lookup(request)
    if (answers.size >= limit) answers.clear()
    answers.set(place, entry)
    return entry
  }
}

function* walkWith(root: string, path: string, lookup: Lookup, policy: Policy): Asking<Walk.Outcome<string>> {
  let step = Walk.start(root, path, policy)
  while (step._tag === "Lookup") step = Walk.answer(step, yield* lookup(step))
  return step
}

/** @internal */
export const walk = (root: string, path: string, lookup: Lookup, policy: Policy): Asking<Walk.Outcome<string>> =>
  // An absolute link, or one that begins with `..`, leads through the same directories again.
  walkWith(root, path, caching(lookup, Number.POSITIVE_INFINITY), policy)

/** @internal */
export const batch = (root: string, lookup: Lookup, limit: number): WalkNext => {
  const lookupOnce = caching(lookup, limit)
  return (path, policy) => walkWith(root, path, lookupOnce, policy)
}
