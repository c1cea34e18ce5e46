/**
 * Reads the settings of `proc_sys_fs(5)` that protect links and files in sticky directories, as they apply
 * to this process.
 */
import type { UnmappedIds } from "@procfsroot/vfs/InodeOperations"
import * as Protection from "@procfsroot/vfs/Protection"
import { readFileSync } from "node:fs"
import { isExhausted } from "./errnoError.js"

/** The strictest values, for a procfs without `/proc/sys`: it is better to refuse too much than too little. */
const STRICTEST = { symlinks: 1, regular: 2, fifos: 2 } as const

const read = (place: string): string | undefined => {
  try {
    return readFileSync(place, "latin1").trim()
  } catch (error) {
    if (isExhausted(error)) throw error
    return undefined
  }
}

const setting = (name: keyof typeof STRICTEST): number => {
  const text = read(`/proc/sys/fs/protected_${name}`)
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : STRICTEST[name]
}

/** The map of a user namespace that includes every user or group (`user_namespaces(7)`). */
const everybody = /^0\s+0\s+4294967295$/

const OVERFLOW = 65_534

const unmappedId = (kind: keyof UnmappedIds): number | undefined =>
  everybody.test(read(`/proc/self/${kind}_map`) ?? "")
    ? undefined
    : Number(read(`/proc/sys/kernel/overflow${kind}`) ?? OVERFLOW)

/**
 * Throws if no descriptor or memory is free.
 *
 * @internal
 */
export const unmappedIds = (): UnmappedIds => ({ uid: unmappedId("uid"), gid: unmappedId("gid") })

/**
 * Throws if no descriptor or memory is free to read the settings.
 *
 * @internal
 */
export const readProtection = (): Protection.Protection => {
  const settings = {
    symlinks: setting("symlinks"),
    regular: setting("regular"),
    fifos: setting("fifos"),
    unmapped: unmappedId("uid")
  }
  // The kernel checks the fsuid. It follows the effective user id, since Node cannot set it separately.
  return Protection.make(settings, () => process.geteuid?.())
}
