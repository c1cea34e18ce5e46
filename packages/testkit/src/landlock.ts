/** Restricts this thread by Landlock (`landlock(7)`), which any user can do. It cannot be undone. */
import { getSystemErrorName } from "node:util"
import { koffi } from "./native.js"

/** The same numbers on every architecture (`include/uapi/asm-generic/unistd.h`). */
const CREATE_RULESET = 444
const RESTRICT_SELF = 446

/** `LANDLOCK_CREATE_RULESET_VERSION` in `include/uapi/linux/landlock.h`. */
const VERSION = 1

const PR_SET_NO_NEW_PRIVS = 38

/** `LANDLOCK_ACCESS_FS_*` of `include/uapi/linux/landlock.h`. */
const rights = { writeFile: 1 << 1, readFile: 1 << 2, removeFile: 1 << 5 } as const

export type Right = keyof typeof rights

const calls = () => {
  const libc = koffi().load(null)
  return {
    createRuleset: libc.func("long syscall(long number, const void *rights, size_t size, uint32_t flags)"),
    restrictSelf: libc.func("long syscall(long number, int ruleset, uint32_t flags)"),
    prctl: libc.func("int prctl(int option, ulong value, ulong, ulong, ulong)")
  }
}

const check = (result: number): number => {
  if (result >= 0) return result
  throw new Error(`Landlock failed: ${getSystemErrorName(-koffi().errno())}`)
}

/** Throws if the kernel has no Landlock. */
export const landlockVersion = (): number => check(calls().createRuleset(CREATE_RULESET, null, 0, VERSION))

/** Takes a right away, for all files. Threads that are started later do not have it either. */
export const forbid = (right: Right): void => {
  const { createRuleset, prctl, restrictSelf } = calls()
  const handled = new BigUint64Array([BigInt(rights[right])])
  const ruleset = check(createRuleset(CREATE_RULESET, handled, handled.byteLength, 0))
  check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
  check(restrictSelf(RESTRICT_SELF, ruleset, 0))
}
