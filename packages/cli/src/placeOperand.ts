/** A place as an operand names it: `NAME:/path`, `pid:4711:/path`, or a path of the host. */
import type { WhereValues } from "./where.js"

/** A path, and the root that it is in. */
export interface PlaceOperand {
  readonly where: WhereValues
  readonly path: string
}

/** How the help explains places. */
export const PLACES =
  "A place is NAME:/PATH for a container, pid:PID:/PATH for the root of a process, or a path of the host; a path of the " +
  "host with a colon in it begins with ./ or /."

const onHost = (path: string): PlaceOperand => ({
  where: { root: "/", pid: undefined, container: undefined },
  // The host's paths are relative to the current directory. Nothing of them is looked at here.
  path: path.startsWith("/") ? path : `${process.cwd()}/${path}`
})

export const placeOf = (operand: string): PlaceOperand => {
  const [, pid, ofProcess] = /^pid:(\d{1,10}):(\/.*)$/s.exec(operand) ?? []
  if (pid !== undefined && ofProcess !== undefined) {
    return { where: { root: undefined, pid: Number(pid), container: undefined }, path: ofProcess }
  }
  // A path of the host with ":/" in it begins with "./" or "/".
  const [, container, path] = /^([^/:.][^:]*):(\/.*)$/s.exec(operand) ?? []
  return container === undefined || path === undefined
    ? onHost(operand)
    : { where: { root: undefined, pid: undefined, container }, path }
}
