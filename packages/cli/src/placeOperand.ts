/** Parses an operand that names a place: `NAME:/path`, `pid:4711:/path`, or a host path. */
import { quote } from "@procfsroot/vfs/ResolveFailure"
import { WrongUsage } from "./failure.js"
import { splitPath } from "./paths.js"
import type { WhereValues } from "./where.js"

/** A path, and the root that it is in. */
export interface PlaceOperand {
  readonly where: WhereValues
  readonly path: string
  /** If the root is only a part of what the path could lead to: what leads out of it is refused. */
  readonly policy?: { readonly containment: "beneath" }
}

/** The explanation of places in the help. */
export const PLACES =
  "A plain path is a file on the host. NAME:/PATH is in the container NAME, and pid:PID:/PATH in the root of a " +
  "process. If a host path contains a colon, write ./ before it."

const HOST: WhereValues = { root: "/", pid: undefined, container: undefined }

/** The longest path that the kernel accepts, without a name that a copy adds to it, in bytes. */
const LONGEST = 4_095 - 256

/** The path of the current directory, if it has one: it can be deleted, or its path can be longer than Node reads. */
const currentDirectory = (): string | undefined => {
  try {
    return process.cwd()
  } catch {
    return undefined
  }
}

const onHost = (path: string): PlaceOperand => {
  // An empty path is not the current directory.
  if (path === "" || path.startsWith("/")) return { where: HOST, path }
  const current = currentDirectory()
  const whole = `${current}/${path}`
  if (current !== undefined && Buffer.byteLength(whole) <= LONGEST) return { where: HOST, path: whole }
  // The kernel finds the directory from the current one. A link in it that leads elsewhere is refused.
  const { isOther, name, parent } = splitPath(path)
  const [root, inRoot] = isOther ? [path, "."] : [parent, path.slice(path.lastIndexOf(name))]
  return { where: { ...HOST, root }, path: inRoot, policy: { containment: "beneath" } }
}

export const placeOf = (operand: string): PlaceOperand => {
  const [, pid, ofProcess] = /^pid:([1-9]\d{0,9}):(\/.*)$/s.exec(operand) ?? []
  if (pid !== undefined && ofProcess !== undefined) {
    return { where: { root: undefined, pid: Number(pid), container: undefined }, path: ofProcess }
  }
  const [, container, path] = /^([^/:.][^:]*):(\/.*)$/s.exec(operand) ?? []
  if (container !== undefined && path !== undefined) {
    return { where: { root: undefined, pid: undefined, container }, path }
  }
  // If the user forgets the slash, or a variable with the name is empty, this must not create a file with a colon in its
  // name.
  if (/^(?![/.])[^:]*:/.test(operand)) {
    throw new WrongUsage(
      `The operand ${quote(operand)} is neither NAME:/PATH nor pid:PID:/PATH; if it is a host path, write ./ before it.`
    )
  }
  return onHost(operand)
}
