/** Errors of system calls. */

/**
 * A failure that no system call tells, because the calls made here are others than the one asked for.
 *
 * @internal
 */
export const errnoError = (code: string, syscall: string): Error => Object.assign(new Error(code), { code, syscall })

/**
 * Whether no descriptor was free, in this process or on the whole machine: it says nothing about the file.
 *
 * @internal
 */
export const isExhausted = (error: unknown): boolean => {
  const { code } = error as NodeJS.ErrnoException // `node:fs` throws nothing else
  return code === "EMFILE" || code === "ENFILE"
}
