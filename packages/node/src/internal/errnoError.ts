/** Makes and recognizes errors of system calls. */

/**
 * An error that is made here, because the system call that would report it was not made.
 *
 * @internal
 */
export const errnoError = (code: string, syscall: string): Error => Object.assign(new Error(code), { code, syscall })

/**
 * Whether no descriptor was free, in this process or on the whole machine. The file itself may be fine.
 *
 * @internal
 */
export const isExhausted = (error: unknown): boolean => {
  const { code } = error as NodeJS.ErrnoException // `node:fs` throws nothing else
  return code === "EMFILE" || code === "ENFILE"
}
