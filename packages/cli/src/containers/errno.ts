/**
 * Returns the code of a failed system call, such as `ENOENT`, or of one that Node's permission model forbids. Throws any
 * other error again, since that is a bug in this program.
 */
export const errnoOf = (error: unknown): string => {
  if (error instanceof Error && "code" in error && ("syscall" in error || error.code === "ERR_ACCESS_DENIED")) {
    return String(error.code)
  }
  throw error
}
