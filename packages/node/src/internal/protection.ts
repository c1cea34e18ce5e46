/** The settings of `proc_sys_fs(5)` that protect links and files in sticky directories, as this process meets them. */
import * as Protection from "@procfsroot/vfs/Protection"
import { readFileSync } from "node:fs"
import { isExhausted } from "./errnoError.js"

/** Each at its strictest, where a procfs without `/proc/sys` does not show it: that refuses too much rather than too little. */
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

/** The map of a user namespace that has every user (`user_namespaces(7)`). */
const everybody = /^0\s+0\s+4294967295$/

const OVERFLOW_UID = 65_534

const unmappedUser = (): number | undefined =>
  everybody.test(read("/proc/self/uid_map") ?? "")
    ? undefined
    : Number(read("/proc/sys/kernel/overflowuid") ?? OVERFLOW_UID)

/**
 * Throws where no descriptor is free to read the settings.
 *
 * @internal
 */
export const readProtection = (): Protection.Protection => {
  const settings = {
    symlinks: setting("symlinks"),
    regular: setting("regular"),
    fifos: setting("fifos"),
    unmapped: unmappedUser()
  }
  // The kernel asks for the fsuid, which follows the effective one: Node has no way to set it alone.
  return Protection.make(settings, () => process.geteuid?.())
}
