/**
 * A failure that no system call tells, because the calls made here are others than the one asked for.
 *
 * @internal
 */
export const errnoError = (code: string, syscall: string): Error => Object.assign(new Error(code), { code, syscall })
