/** Makes and recognizes errors of system calls. */

/**
 * An error that is made here, because the system call that would report it was not made.
 *
 * @internal
 */
export const errnoError = (code: string, syscall: string): Error => Object.assign(new Error(code), { code, syscall })

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code // system calls throw nothing else

const NO_DESCRIPTOR = new Set<string | undefined>(["EMFILE", "ENFILE"])

/**
 * Whether no descriptor was free, in this process or on the whole machine.
 *
 * @internal
 */
export const hasNoDescriptor = (error: unknown): boolean => NO_DESCRIPTOR.has(codeOf(error))

/**
 * Whether no descriptor or no memory was free. The file itself may be fine.
 *
 * @internal
 */
export const isExhausted = (error: unknown): boolean => hasNoDescriptor(error) || codeOf(error) === "ENOMEM"

/**
 * Whether a file may not be read.
 *
 * @internal
 */
export const isForbidden = (error: unknown): boolean => codeOf(error) === "EACCES"

const REFUSALS = new Set<string | undefined>(["EACCES", "ENOSYS", "EPERM"])

/**
 * Whether it is an error with which a sandbox refuses a system call.
 *
 * @internal
 */
export const isRefusal = (error: unknown): boolean => REFUSALS.has(codeOf(error))
