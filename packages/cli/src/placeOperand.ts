/** Parses an operand that names a place: `NAME:/path`, `pid:4711:/path`, or a host path. */
import { quote } from "@procfsroot/vfs/ResolveFailure"
import { WrongUsage } from "./failure.js"
import type { WhereValues } from "./where.js"

/** A path, and the root that it is in. */
export interface PlaceOperand {
  readonly where: WhereValues
  readonly path: string
}

/** The explanation of places in the help. */
export const PLACES =
  "A plain path is a file on the host. NAME:/PATH is in the container NAME, and pid:PID:/PATH in the root of a " +
  "process. If a host path contains a colon, put ./ in front of it."

const onHost = (path: string): PlaceOperand => ({
  where: { root: "/", pid: undefined, container: undefined },
  // Relative host paths start at the current directory, but an empty path is not the current directory. The rest of the
  // path is not interpreted here.
  path: path === "" || path.startsWith("/") ? path : `${process.cwd()}/${path}`
})

export const placeOf = (operand: string): PlaceOperand => {
  const [, pid, ofProcess] = /^pid:(\d{1,10}):(\/.*)$/s.exec(operand) ?? []
  if (pid !== undefined && ofProcess !== undefined) {
    return { where: { root: undefined, pid: Number(pid), container: undefined }, path: ofProcess }
  }
  const [, container, path] = /^([^/:.][^:]*):(\/.*)$/s.exec(operand) ?? []
  if (container !== undefined && path !== undefined) {
    return { where: { root: undefined, pid: undefined, container }, path }
  }
  // If the user forgets the slash, this must not create a file with a colon in its name.
  if (/^[^/:.][^:]*:/.test(operand)) {
    throw new WrongUsage(
      `There is no place ${
        quote(operand)
      }: write NAME:/PATH or pid:PID:/PATH, with the slash, or ./ before a host path ` +
        "that contains a colon."
    )
  }
  return onHost(operand)
}
