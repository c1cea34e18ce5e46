/**
 * Resolves paths without links by one call of `realPath`, instead of a failing `readLink` for each component.
 *
 * A real path contains no links. So if `realPath` returns the path that was passed to it, no component is a link, and a
 * walk would have the same result. The passed path begins with the root's own path. If that contains a link, such as
 * `/proc/<pid>/root`, `realPath` returns another path.
 */
import type { Policy } from "@procfsroot/path/Policy"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type { Asking, ByRealPath, HostFileSystem } from "../../HostFileSystem.js"
import { make as makeRate } from "../successRate.js"
import { NAME_MAX } from "../limits.js"
import { attempt, Failure } from "./ask.js"
import { isLossless } from "./lookup.js"

type Host = Pick<HostFileSystem, "realPath">

/** An empty, `.` or `..` component somewhere, or the root itself. */
const unclean = /\/\.{0,2}(?:\/|$)/

/**
 * Returns the place that a path leads to if it contains no links, or `undefined` if the policy could refuse or change
 * it even then.
 */
const plainOf = (path: string, { containment, from, lastComponent, mounts }: Policy): RootedPath | undefined => {
  if (from !== "/" || mounts === "forbid" || lastComponent === "unchecked") return undefined
  if (path.startsWith("/") && containment === "beneath") return undefined
  const rooted = path.startsWith("/") ? path : `/${path}`
  // If bytes that are not UTF-8 are replaced, a link and its target can look the same.
  return unclean.test(rooted) || !isLossless(path) ? undefined : rooted as RootedPath // absolute and clean
}

/** The share of successes above which the call pays off: a failed call costs a third of what a success saves. */
const PAYS = 0.3

/** A name that is too long to exist (`NAME_MAX`). */
const NO_FILE = "x".repeat(NAME_MAX + 1)

/**
 * Whether `realPath` looks at files. In a fake, it can be missing, return its argument unchanged, or only change the
 * text. Then it finds even what does not exist.
 */
function* isReal(host: Host, root: string): Asking<boolean> {
  if (!root.startsWith("/") || !isLossless(root)) return false
  if ((yield* attempt(host.realPath(`${root}/.`))) !== root) return false
  return (yield* attempt(host.realPath(`${root}/${NO_FILE}`))) instanceof Failure
}

/**
 * Returns `undefined` if `realPath` cannot be used.
 *
 * @internal
 */
export function* byRealPath(host: Host, root: string): Asking<ByRealPath | undefined> {
  if (!(yield* isReal(host, root))) return undefined
  const rate = makeRate()
  return function*(path, policy) {
    const place = plainOf(path, policy)
    if (place === undefined || !rate.isWorthAsking(PAYS)) return undefined
    const asked = root + place
    const isPlain = (yield* attempt(host.realPath(asked))) === asked
    rate.record(isPlain)
    return isPlain ? place : undefined
  }
}
