/** The name of a system call's error, such as `ENOENT`. An error that is not one is thrown again: it is a fault of ours. */
export const errnoOf = (error: unknown): string => {
  if (error instanceof Error && "syscall" in error && "code" in error) return String(error.code)
  throw error
}
