/**
 * Finds the mount that a file is on, and whether it forbids to follow links. The device number is not enough: a
 * directory can be mounted twice, with different mounts inside and different options.
 */
import { readFileSync } from "node:fs"
import { isExhausted, isForbidden } from "../errnoError.js"
import { performance } from "../timers.js"

/**
 * The id of the mount that an open file is on (`proc_pid_fdinfo(5)`). No other mount gets this id while the file is
 * open. The call never waits.
 *
 * @internal
 */
export const mountOf = (fd: number): bigint => {
  const id = /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"))?.[1]
  if (id === undefined) throw Object.assign(new Error("fdinfo has no mnt_id"), { code: "ENOTSUP" }) // before Linux 3.15
  return BigInt(id)
}

/**
 * The same, or `undefined` if it may not be read: a sandbox such as Landlock can forbid to read procfs, although files
 * can be used through it.
 *
 * @internal
 */
export const readableMountOf = (fd: number): bigint | undefined => {
  try {
    return mountOf(fd)
  } catch (error) {
    if (isForbidden(error)) return undefined
    throw error
  }
}

/** The mounts in the mount namespace of this process (`proc_pid_mountinfo(5)`), or none if it may not read them. */
const ownMounts = (): string => {
  try {
    return readFileSync("/proc/self/mountinfo", "latin1")
  } catch (error) {
    if (isForbidden(error)) return ""
    throw error
  }
}

/**
 * Whether the mount is in the mount namespace of this process, as far as it may see that.
 *
 * @internal
 */
export const isOwnMount = (id: bigint): boolean => `\n${ownMounts()}`.includes(`\n${id} `)

/** In milliseconds. On a machine with a thousand mounts, the kernel takes several to list them. */
const VALID = 1_000

let listed: { readonly mounts: ReadonlySet<bigint>; readonly until: number } | undefined

/**
 * The options are the sixth field. Spaces and line feeds in the fields before it are escaped, but not what `\s` and `$`
 * match as well, such as the byte A0, which is part of many letters in UTF-8.
 */
const line = /(?:^|\n)(\d+)(?: [^ \n]+){4} [^ \n]*\bnosymfollow\b/g

/** Lists the mounts with the option `nosymfollow`. */
const list = (): ReadonlySet<bigint> => {
  try {
    return new Set(Array.from(ownMounts().matchAll(line), ([, id = ""]) => BigInt(id)))
  } catch (error) {
    // Links can be followed without a free descriptor. The last list is better than none.
    if (listed === undefined || !isExhausted(error)) throw error
    return listed.mounts
  }
}

/**
 * Whether a file is on a mount of this process's mount namespace that has the option `nosymfollow`, as of this second.
 * `find` is called only if a mount has.
 *
 * @internal
 */
export const forbidsLinks = (find: () => bigint): boolean => {
  const now = performance.now()
  if (listed === undefined || now > listed.until) listed = { mounts: list(), until: now + VALID }
  return listed.mounts.size > 0 && listed.mounts.has(find())
}
