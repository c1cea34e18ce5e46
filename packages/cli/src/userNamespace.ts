/** The ids that a user namespace has for users and groups (`user_namespaces(7)`). */
import type { Creator } from "@procfsroot/node/FileSystem"
import { load } from "@procfsroot/node/Native"
import { existsSync, readFileSync, readlinkSync } from "node:fs"
import { codeOf } from "./failure.js"

/** The id that a process in a user namespace sees for an id without a mapping (`/proc/sys/kernel/overflowuid`). */
export const OVERFLOW = 65_534

/** Converts ids that this process sees to those of a user namespace, and back. An id can have no mapping. */
export interface Ids {
  readonly inside: (id: number) => number | undefined
  readonly outside: (id: number) => number | undefined
}

export interface UserNamespace {
  readonly users: Ids
  readonly groups: Ids
  /** The same for namespaces with the same ids. */
  readonly maps: string
}

const same = (id: number): number => id

const unchanged: Ids = { inside: same, outside: same }

/** The user namespace of this process. */
export const own: UserNamespace = { users: unchanged, groups: unchanged, maps: "" }

/** Reads the content of `uid_map` or `gid_map`. */
export const idsOf = (text: string): Ids => {
  const ranges = text.trim().split("\n").map((line) => line.trim().split(/\s+/).map(Number))
  return {
    inside: (id) => {
      for (const [first = 0, outside = 0, length = 0] of ranges) {
        if (id >= outside && id - outside < length) return first + (id - outside)
      }
      return undefined
    },
    outside: (id) => {
      for (const [first = 0, outside = 0, length = 0] of ranges) {
        if (id >= first && id - first < length) return outside + (id - first)
      }
      return undefined
    }
  }
}

const OWN = "/proc/self/ns/user"

/**
 * The user namespace of the process whose directory in procfs is `process`. Its maps do not say whether it is that of
 * this process: if it is, they show the ids of the namespace above instead of those that this process sees.
 */
export const userNamespaceOf = (process: string): UserNamespace => {
  try {
    if (readlinkSync(`${process}/ns/user`) === readlinkSync(OWN)) return own
  } catch (error) {
    if (codeOf(error) === "ENOENT" && !existsSync(OWN)) return own // the kernel has no user namespaces
    throw error
  }
  const [users, groups] = [readFileSync(`${process}/uid_map`, "latin1"), readFileSync(`${process}/gid_map`, "latin1")]
  return { users: idsOf(users), groups: idsOf(groups), maps: `${users}\n${groups}` }
}

/** CAP_SETGID and CAP_SETUID, as bits (`include/uapi/linux/capability.h`). */
const SET_IDS = (1n << 6n) | (1n << 7n)

/** Whether this process can create files as another user: it takes native calls and these capabilities. */
const canCreateAs = (): boolean => {
  if (load().openat2 === undefined) return false
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/thread-self/status", "latin1"))?.[1] ?? "0"
  return (BigInt(`0x${effective}`) & SET_IDS) === SET_IDS
}

/** The id that a process sees for one that its own user namespace does not have. */
const NO_ID = 2 ** 32 - 1

/**
 * The root of a user namespace, if this process can create files as that user. Many mounts of the namespace have only
 * its users, and the kernel lets no other user create a file there, not even root.
 */
export const rootOf = (namespace: UserNamespace): Creator | undefined => {
  const [uid = NO_ID, gid = NO_ID] = [namespace.users.outside(0), namespace.groups.outside(0)]
  return namespace === own || uid === NO_ID || gid === NO_ID || !canCreateAs() ? undefined : { uid, gid }
}

/** Converts the ids of a file to those of its copy. */
export interface Conversion<Id = number | undefined> {
  readonly user: (id: number) => Id
  readonly group: (id: number) => Id
  /**
   * Whether a copy with other ids keeps set-id bits and capabilities. They would give the rights of a user of one
   * namespace to the user of another who has written the file.
   */
  readonly keepsRights: boolean
  /** Whether a file with these ids really belongs to this user and this group. */
  readonly isKnown: (uid: number, gid: number) => boolean
  /** Converts the id of the root whose capabilities a file has. 0 is the root that this process sees. */
  readonly root: (id: number) => Id
}

/** The map of a user namespace that includes every user or group. */
const everybody = /^\s*0\s+0\s+4294967295\s*$/

/** Whether this process sees the id for all users or groups without a mapping, one of which may really have it. */
const isShared = (id: number, map: "uid_map" | "gid_map"): boolean =>
  id === OVERFLOW && existsSync(OWN) && !everybody.test(readFileSync(`/proc/self/${map}`, "latin1"))

const isKnown = (uid: number, gid: number): boolean => !isShared(uid, "uid_map") && !isShared(gid, "gid_map")

const converting = (from: Ids, to: Ids, isOwn: boolean) => (id: number): number | undefined => {
  const inside = from.inside(id)
  if (inside !== undefined) return to.outside(inside)
  return isOwn ? id : undefined
}

/**
 * The conversion after which the namespace `to` sees the same ids as `from` does. A file of a user that `from` does not
 * have keeps its id outside of user namespaces.
 */
export const between = (from: UserNamespace, to: UserNamespace): Conversion => {
  if (from.maps === to.maps) return { user: same, group: same, keepsRights: true, isKnown, root: same }
  return {
    user: converting(from.users, to.users, to === own),
    group: converting(from.groups, to.groups, to === own),
    keepsRights: from === own,
    isKnown,
    // The root of one user namespace must not get the rights of another.
    root: from === own ? to.users.outside : same
  }
}

/** The conversion of the ids in an archive, which are those that `to` sees. */
export const unpacking = ({ groups, users }: UserNamespace): Conversion => ({
  user: users.outside,
  group: groups.outside,
  keepsRights: true,
  isKnown: () => true,
  root: users.outside
})

/** The conversion to the ids that `from` sees, for an archive. */
export const packing = (from: UserNamespace): Conversion<number> => ({
  user: (id) => from.users.inside(id) ?? OVERFLOW,
  group: (id) => from.groups.inside(id) ?? OVERFLOW,
  keepsRights: true,
  isKnown: () => true,
  // Capabilities of a namespace above are valid below too, and seen there like those of its own root.
  root: (id) => id === 0 ? id : from.users.inside(id) ?? OVERFLOW
})
