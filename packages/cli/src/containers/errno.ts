/**
 * Returns the code of a failed system call, such as `ENOENT`. Throws any other error again, since that is a bug in this
 * program.
 */
export const errnoOf = (error: unknown): string => {
  if (error instanceof Error && "syscall" in error && "code" in error) return String(error.code)
  throw error
}
