/** Errors of system calls. */

/**
 * An error that no system call reported, because the calls made here differ from the one asked for.
 *
 * @internal
 */
export const errnoError = (code: string, syscall: string): Error => Object.assign(new Error(code), { code, syscall })

/**
 * Whether no descriptor was free, in this process or on the whole machine. That says nothing about the file.
 *
 * @internal
 */
export const isExhausted = (error: unknown): boolean => {
  const { code } = error as NodeJS.ErrnoException // `node:fs` throws nothing else
  return code === "EMFILE" || code === "ENFILE"
}
